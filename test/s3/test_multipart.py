"""Uploads in parts, with boto3 and aws-cli as the judges."""

import concurrent.futures
import hashlib
import io
import os

import pytest
import requests
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from support.clients import aws_environment, run_client

MIB = 1 << 20


@pytest.fixture(scope="module")
def bucket(s3):
    s3.create_bucket(Bucket="parts")
    return "parts"


def code(raised) -> str:
    return raised.value.response["Error"]["Code"]


def composite(parts: list[bytes]) -> str:
    whole = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()
    return f'"{whole}-{len(parts)}"'


def test_upload_fileobj_with_a_threshold(s3, bucket):
    body = os.urandom(17 * MIB + 3)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=8)
    s3.upload_fileobj(io.BytesIO(body), bucket, "big", Config=config, ExtraArgs={"ContentType": "image/x-test"})
    got = s3.get_object(Bucket=bucket, Key="big")
    assert got["Body"].read() == body
    assert got["ContentType"] == "image/x-test"
    assert got["ETag"] == composite([body[at : at + 5 * MIB] for at in range(0, len(body), 5 * MIB)])
    assert s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []


def test_aws_cli_copies_a_large_file(node, s3, bucket, tmp_path):
    source = tmp_path / "20 MB.bin"
    source.write_bytes(os.urandom(20_000_000))
    environment = aws_environment(node, tmp_path)
    aws = ["/usr/bin/aws", "--endpoint-url", node.s3, "s3", "cp"]
    run_client(environment, *aws, source, f"s3://{bucket}/cli/20 MB.bin")
    assert "-" in s3.head_object(Bucket=bucket, Key="cli/20 MB.bin")["ETag"], "it came in parts"
    run_client(environment, *aws, f"s3://{bucket}/cli/20 MB.bin", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == source.read_bytes()


def test_parts_in_any_order_and_at_the_same_time(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", Metadata={"a": "b"})["UploadId"]
    parts = {number: os.urandom(5 * MIB) for number in (9, 2, 5)}
    parts[10] = b"the end"

    def put(number: int) -> str:
        return s3.upload_part(
            Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=parts[number]
        )["ETag"]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        etags = dict(zip(parts, pool.map(put, parts)))
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]
    assert [(part["PartNumber"], part["ETag"]) for part in listed] == sorted(etags.items())
    done = s3.complete_multipart_upload(
        Bucket=bucket, Key="k", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etags[n]} for n in sorted(etags)]},
    )
    whole = [parts[number] for number in sorted(parts)]
    assert done["ETag"] == composite(whole)
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == b"".join(whole) and got["Metadata"] == {"a": "b"}
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=5242878-5242881")["Body"].read() == (
        whole[0][-2:] + whole[1][:2]
    )


def test_presigned_parts(node, s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="browser")["UploadId"]
    url = s3.generate_presigned_url(
        "upload_part", Params={"Bucket": bucket, "Key": "browser", "UploadId": upload, "PartNumber": 1}
    )
    answer = requests.put(url, data=b"from a browser", headers={"Origin": node.gateway}, timeout=30)
    assert answer.status_code == 200
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    s3.complete_multipart_upload(
        Bucket=bucket, Key="browser", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": answer.headers["ETag"]}]},
    )
    assert s3.get_object(Bucket=bucket, Key="browser")["Body"].read() == b"from a browser"


def test_abort_and_list(s3, bucket):
    uploads = [s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in ("l/1", "l/2")]
    s3.upload_part(Bucket=bucket, Key="l/1", UploadId=uploads[0], PartNumber=1, Body=b"x")
    page = s3.list_multipart_uploads(Bucket=bucket, Prefix="l/")
    assert [(u["Key"], u["UploadId"]) for u in page["Uploads"]] == [("l/1", uploads[0]), ("l/2", uploads[1])]
    for key, upload in zip(("l/1", "l/2"), uploads):
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket, Prefix="l/")
    for call in (
        lambda: s3.abort_multipart_upload(Bucket=bucket, Key="l/1", UploadId=uploads[0]),
        lambda: s3.list_parts(Bucket=bucket, Key="l/1", UploadId=uploads[0]),
        lambda: s3.upload_part(Bucket=bucket, Key="l/1", UploadId=uploads[0], PartNumber=2, Body=b"x"),
    ):
        with pytest.raises(ClientError) as raised:
            call()
        assert code(raised) == "NoSuchUpload"


def pages_of_uploads(s3, **request):
    """Each page as its keys and common prefixes."""
    while True:
        page = s3.list_multipart_uploads(**request)
        yield [u["Key"] for u in page.get("Uploads", [])], [p["Prefix"] for p in page.get("CommonPrefixes", [])]
        if not page["IsTruncated"]:
            return
        request |= {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}


def test_uploads_under_a_delimiter(s3, bucket):
    keys = ["d/a", "d/in/1", "d/in/2", "d/m", "d/m", "d/out/1", "d/z"]
    uploads = [(key, s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]) for key in keys]
    asked = {"Bucket": bucket, "Prefix": "d/", "Delimiter": "/"}
    assert list(pages_of_uploads(s3, **asked)) == [(["d/a", "d/m", "d/m", "d/z"], ["d/in/", "d/out/"])]
    assert list(pages_of_uploads(s3, **asked, MaxUploads=2)) == [
        (["d/a"], ["d/in/"]), (["d/m", "d/m"], []), (["d/z"], ["d/out/"]),
    ]
    assert list(pages_of_uploads(s3, **asked, MaxUploads=3)) == [(["d/a", "d/m"], ["d/in/"]), (["d/m", "d/z"], ["d/out/"])]
    assert s3.list_multipart_uploads(**asked)["Delimiter"] == "/"
    assert [keys for keys, _ in pages_of_uploads(s3, Bucket=bucket, Prefix="d/", MaxUploads=4)] == [keys[:4], keys[4:]]
    for key, upload in uploads:
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)


def test_what_cannot_be_completed(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="bad")["UploadId"]
    etags = [
        s3.upload_part(Bucket=bucket, Key="bad", UploadId=upload, PartNumber=n, Body=b"small")["ETag"]
        for n in (1, 2)
    ]
    for parts, expected in (
        ([(1, etags[0]), (2, etags[1])], "EntityTooSmall"),
        ([(2, etags[1]), (1, etags[0])], "InvalidPartOrder"),
        ([(1, etags[0]), (3, etags[1])], "InvalidPart"),
        ([(1, '"00000000000000000000000000000000"')], "InvalidPart"),
    ):
        with pytest.raises(ClientError) as raised:
            s3.complete_multipart_upload(
                Bucket=bucket, Key="bad", UploadId=upload,
                MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in parts]},
            )
        assert code(raised) == expected
    with pytest.raises(ClientError) as raised:
        s3.head_object(Bucket=bucket, Key="bad")
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


PARTS = [b"a" * (5 << 20), b"b" * (5 << 20), b"c" * 1000]


def store_parts(s3, bucket, key, parts, numbers=None, **more):
    """Completes an upload of these: what named them."""
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key, **more)["UploadId"]
    named = []
    for number, body in zip(numbers or range(1, len(parts) + 1), parts):
        told = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body, **more)
        named.append({"PartNumber": number, "ETag": told["ETag"]}
                     | {name: told[name] for name in told if name.startswith("Checksum")})
    s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": named})
    return upload, named


@pytest.mark.parametrize("numbers", [(1, 2, 3), (7, 100, 10000)])
def test_one_part_of_an_object(s3, bucket, numbers):
    store_parts(s3, bucket, "whole", PARTS, numbers)
    offset = 0
    for number, body in enumerate(PARTS, 1):
        part = s3.get_object(Bucket=bucket, Key="whole", PartNumber=number)
        assert (part["PartsCount"], part["ContentLength"]) == (3, len(body)) and part["Body"].read() == body
        assert part["ContentRange"] == f"bytes {offset}-{offset + len(body) - 1}/{sum(map(len, PARTS))}"
        assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
        head = s3.head_object(Bucket=bucket, Key="whole", PartNumber=number)
        assert (head["PartsCount"], head["ContentLength"], head["ETag"]) == (3, len(body), part["ETag"])
        offset += len(body)
    for number, code in ((4, "InvalidPartNumber"), (0, "InvalidArgument"), (10001, "InvalidArgument")):
        with pytest.raises(ClientError) as raised:
            s3.get_object(Bucket=bucket, Key="whole", PartNumber=number)
        assert raised.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key="whole", PartNumber=1, Range="bytes=0-1")
    assert raised.value.response["Error"]["Code"] == "InvalidRequest"


def test_a_whole_object_is_one_part(s3, bucket):
    s3.put_object(Bucket=bucket, Key="whole", Body=b"hello")
    part = s3.get_object(Bucket=bucket, Key="whole", PartNumber=1)
    assert part["Body"].read() == b"hello" and "PartsCount" not in part
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key="whole", PartNumber=2)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 416
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    assert s3.get_object(Bucket=bucket, Key="empty", PartNumber=1)["Body"].read() == b""


def test_parts_go_with_their_object(s3, bucket):
    store_parts(s3, bucket, "whole", PARTS)
    s3.put_object(Bucket=bucket, Key="whole", Body=b"hello")
    assert "PartsCount" not in s3.head_object(Bucket=bucket, Key="whole", PartNumber=1)
    store_parts(s3, bucket, "whole", PARTS[:1])
    assert s3.head_object(Bucket=bucket, Key="whole", PartNumber=1)["PartsCount"] == 1
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "whole"})
    assert "PartsCount" not in s3.head_object(Bucket=bucket, Key="copy", PartNumber=1), "it came whole"


def test_attributes_of_parts(s3, bucket):
    store_parts(s3, bucket, "plain", PARTS)
    attributes = s3.get_object_attributes(Bucket=bucket, Key="plain", ObjectAttributes=["ObjectParts"])
    assert attributes["ObjectParts"]["TotalPartsCount"] == 3 and not attributes["ObjectParts"].get("Parts")
    _, named = store_parts(s3, bucket, "checked", PARTS, ChecksumAlgorithm="SHA256")
    attributes = s3.get_object_attributes(Bucket=bucket, Key="checked", ObjectAttributes=["ObjectParts", "Checksum"])
    parts = attributes["ObjectParts"]["Parts"]
    assert [(p["PartNumber"], p["Size"]) for p in parts] == [(i, len(body)) for i, body in enumerate(PARTS, 1)]
    assert [p["ChecksumSHA256"] for p in parts] == [p["ChecksumSHA256"] for p in named]
    page = s3.get_object_attributes(Bucket=bucket, Key="checked", ObjectAttributes=["ObjectParts"], MaxParts=1,
                                    PartNumberMarker=1)["ObjectParts"]
    assert [p["PartNumber"] for p in page["Parts"]] == [2] and page["IsTruncated"] and page["NextPartNumberMarker"] == 2
    part = s3.get_object(Bucket=bucket, Key="checked", PartNumber=3, ChecksumMode="ENABLED")
    assert part["ChecksumSHA256"] == named[2]["ChecksumSHA256"]


def test_completing_again_is_a_success(s3, bucket):
    """A client whose connection broke before the answer came sends it once more."""
    upload, named = store_parts(s3, bucket, "whole", PARTS)
    etag = s3.head_object(Bucket=bucket, Key="whole")["ETag"]
    again = {"Bucket": bucket, "Key": "whole", "UploadId": upload}
    assert s3.complete_multipart_upload(**again, MultipartUpload={"Parts": named})["ETag"] == etag
    with pytest.raises(ClientError) as raised:
        s3.complete_multipart_upload(**again, MultipartUpload={"Parts": named[:2]})
    assert raised.value.response["Error"]["Code"] == "NoSuchUpload"
    s3.put_object(Bucket=bucket, Key="whole", Body=b"another")
    with pytest.raises(ClientError) as raised:
        s3.complete_multipart_upload(**again, MultipartUpload={"Parts": named})
    assert raised.value.response["Error"]["Code"] == "NoSuchUpload"
