# `identity` prints who the caller is, `buckets` the names of its buckets, `version` boto3's.
import os
import sys

import boto3


def client(service):
    # Named here, as Debian 12's boto3 (1.26.27) does not read the variable itself.
    return boto3.client(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"])


if sys.argv[1] == "version":
    print(boto3.__version__)
elif sys.argv[1] == "identity":
    print(client("sts").get_caller_identity()["Arn"])
else:
    for bucket in client("s3").list_buckets()["Buckets"]:
        print(bucket["Name"])
