// `identity` prints who the caller is, `buckets` the names of its buckets.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Named here, as Debian 12's SDK (1.17.1) does not read the variable itself.
var endpoint = os.Getenv("AWS_ENDPOINT_URL")

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	ask := buckets
	if os.Args[1] == "identity" {
		ask = identity
	}
	if err := ask(ctx, cfg); err != nil {
		log.Fatal(err)
	}
}

func identity(ctx context.Context, cfg aws.Config) error {
	client := sts.NewFromConfig(cfg, sts.WithEndpointResolver(sts.EndpointResolverFromURL(endpoint)))
	answer, err := client.GetCallerIdentity(ctx, nil)
	if err != nil {
		return err
	}
	fmt.Println(*answer.Arn)
	return nil
}

func buckets(ctx context.Context, cfg aws.Config) error {
	client := s3.NewFromConfig(cfg, s3.WithEndpointResolver(s3.EndpointResolverFromURL(endpoint)))
	answer, err := client.ListBuckets(ctx, nil)
	if err != nil {
		return err
	}
	for _, bucket := range answer.Buckets {
		fmt.Println(*bucket.Name)
	}
	return nil
}
