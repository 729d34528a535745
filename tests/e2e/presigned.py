"""Presigned URLs by boto3, and what it reads of a bucket: JSON in, JSON out."""

import datetime
import json
import sys

import boto3
import botocore.auth
from botocore.config import Config

task = json.load(sys.stdin)


def client():
    return boto3.client(
        "s3",
        endpoint_url=task["endpoint"],
        region_name="auto",
        aws_access_key_id=task["id"],
        aws_secret_access_key=task["secret"],
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def presigned(case):
    return client().generate_presigned_url(
        case["function"], Params=case["parameters"], ExpiresIn=case["expires"]
    )


def read(case):
    found = client().get_object(Bucket=case["bucket"], Key=case["key"])
    listed = client().list_objects_v2(Bucket=case["bucket"], Prefix=case["key"])
    return [found["ContentType"], found["Body"].read().decode(), listed["Contents"][0]["Key"]]


if task["do"] == "sign":
    now = datetime.datetime.fromtimestamp(task["now"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: (
        now.replace(tzinfo=None) if remove_tzinfo else now
    )
print(json.dumps([{"sign": presigned, "read": read}[task["do"]](case) for case in task["cases"]]))
