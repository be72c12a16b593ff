"""Calls that the local AWS does not have: prints the error of each, or `OK`."""
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CALLS = [
    ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"}),
    ("sts", "get_federation_token", {"Name": "bob"}),
    ("s3", "create_bucket", {"Bucket": "new-bucket"}),
    ("s3", "get_object", {"Bucket": "alice-notes", "Key": "a"}),
    ("s3", "put_object", {"Bucket": "alice-notes", "Key": "a", "Body": b"text"}),
    ("s3", "delete_object", {"Bucket": "alice-notes", "Key": "a"}),
    ("ec2", "run_instances", {"MinCount": 1, "MaxCount": 1, "ImageId": "ami-1"}),
    ("sns", "create_topic", {"Name": "topic"}),
    ("elbv2", "describe_load_balancers", {}),
    ("dynamodb", "list_tables", {}),
    ("lambda", "list_functions", {}),
    ("sqs", "list_queues", {}),
    ("cloudwatch", "list_metrics", {}),
    ("route53", "list_hosted_zones", {}),
]

for service, operation, params in CALLS:
    client = boto3.client(service, config=Config(retries={"max_attempts": 0}))
    try:
        getattr(client, operation)(**params)
        code = "OK"
    except ClientError as error:
        code = error.response["Error"]["Code"]
    print(service, operation, code)
