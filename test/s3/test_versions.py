"""Versions of objects, as boto3 sees them."""

import pytest
from support.s3_requests import refusal, refused, signed_request


@pytest.fixture
def bucket(s3, bucket):
    """A bucket with versions."""
    switch(s3, bucket, "Enabled")
    return bucket


def switch(s3, bucket, status):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def put(s3, bucket, body, key="a", **more):
    return s3.put_object(Bucket=bucket, Key=key, Body=body, **more).get("VersionId")


def get(s3, bucket, key="a", **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def told(s3, bucket, **more):
    """(key, version id, is it a marker?, is it the latest?) of all of them."""
    page = s3.list_object_versions(Bucket=bucket, **more)
    entries = [(v["Key"], v["VersionId"], False, v["IsLatest"]) for v in page.get("Versions", [])]
    return entries + [(v["Key"], v["VersionId"], True, v["IsLatest"]) for v in page.get("DeleteMarkers", [])]


def test_a_bucket_has_none_until_it_is_told_to(s3):
    s3.create_bucket(Bucket="v-plain")
    assert "Status" not in s3.get_bucket_versioning(Bucket="v-plain")
    assert put(s3, "v-plain", b"one") is None
    assert told(s3, "v-plain") == [("a", "null", False, True)]
    assert get(s3, "v-plain", VersionId="null") == b"one"
    assert "VersionId" not in s3.delete_object(Bucket="v-plain", Key="a")
    assert told(s3, "v-plain") == []
    switch(s3, "v-plain", "Suspended")
    assert s3.get_bucket_versioning(Bucket="v-plain")["Status"] == "Suspended"
    switch(s3, "v-plain", "Enabled")
    assert s3.get_bucket_versioning(Bucket="v-plain")["Status"] == "Enabled"


def test_each_write_is_one(s3, bucket):
    ids = [put(s3, bucket, body) for body in (b"one", b"two", b"three")]
    assert len(set(ids)) == 3
    assert [entry[1] for entry in told(s3, bucket)] == ids[::-1]
    assert [entry[3] for entry in told(s3, bucket)] == [True, False, False]
    assert get(s3, bucket) == b"three"
    assert [get(s3, bucket, VersionId=i) for i in ids] == [b"one", b"two", b"three"]
    head = s3.head_object(Bucket=bucket, Key="a", VersionId=ids[0])
    assert head["VersionId"] == ids[0] and head["ContentLength"] == 3
    assert s3.get_object(Bucket=bucket, Key="a", VersionId=ids[1], Range="bytes=1-")["Body"].read() == b"wo"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a"]


def test_a_removal_leaves_a_marker(s3, bucket):
    first = put(s3, bucket, b"one")
    marker = s3.delete_object(Bucket=bucket, Key="a")
    assert marker["DeleteMarker"] is True
    answer = refusal(s3.get_object, Bucket=bucket, Key="a")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("NoSuchKey", 404)
    assert headers["x-amz-delete-marker"] == "true" and headers["x-amz-version-id"] == marker["VersionId"]
    for call in (s3.get_object, s3.head_object):
        answer = refusal(call, Bucket=bucket, Key="a", VersionId=marker["VersionId"])["ResponseMetadata"]
        assert answer["HTTPStatusCode"] == 405 and answer["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    assert get(s3, bucket, VersionId=first) == b"one"
    assert told(s3, bucket) == [("a", first, False, False), ("a", marker["VersionId"], True, True)]
    gone = s3.delete_object(Bucket=bucket, Key="a", VersionId=marker["VersionId"])
    assert gone["DeleteMarker"] is True and gone["VersionId"] == marker["VersionId"]
    assert get(s3, bucket) == b"one"


def test_a_version_goes_for_good_and_the_one_before_is_latest(s3, bucket):
    first, second = put(s3, bucket, b"one"), put(s3, bucket, b"two")
    answer = s3.delete_object(Bucket=bucket, Key="a", VersionId=second)
    assert answer["VersionId"] == second and "DeleteMarker" not in answer
    assert get(s3, bucket) == b"one"
    assert refused(s3.get_object, Bucket=bucket, Key="a", VersionId=second) == ("NoSuchVersion", 404)
    s3.delete_object(Bucket=bucket, Key="a", VersionId=second)  # Again: a success.
    s3.delete_object(Bucket=bucket, Key="a", VersionId=first)
    assert told(s3, bucket) == []
    s3.delete_bucket(Bucket=bucket)


def test_suspended_they_are_null(s3, bucket):
    kept = put(s3, bucket, b"kept")
    switch(s3, bucket, "Suspended")
    put(s3, bucket, b"one")
    put(s3, bucket, b"two")
    assert told(s3, bucket) == [("a", "null", False, True), ("a", kept, False, False)]
    assert get(s3, bucket, VersionId="null") == b"two"
    marker = s3.delete_object(Bucket=bucket, Key="a")
    assert marker["DeleteMarker"] is True and marker["VersionId"] == "null"
    assert told(s3, bucket) == [("a", kept, False, False), ("a", "null", True, True)]
    switch(s3, bucket, "Enabled")
    assert put(s3, bucket, b"three") not in ("null", kept, None)
    assert get(s3, bucket) == b"three"


def test_what_was_there_before_is_null(s3):
    s3.create_bucket(Bucket="v-before")
    put(s3, "v-before", b"before")
    switch(s3, "v-before", "Enabled")
    after = put(s3, "v-before", b"after")
    assert told(s3, "v-before") == [("a", after, False, True), ("a", "null", False, False)]
    assert get(s3, "v-before", VersionId="null") == b"before"


def test_many_are_removed_at_once(s3, bucket):
    ids = [put(s3, bucket, b"x", key) for key in ("a", "b", "c")]
    markers = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "never"}]})["Deleted"]
    assert all(m["DeleteMarker"] and m["DeleteMarkerVersionId"] for m in markers)
    doomed = [{"Key": k, "VersionId": v} for k, v, _, _ in told(s3, bucket)]
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed})["Deleted"]
    assert {d["VersionId"] for d in deleted} == {*ids, *(m["DeleteMarkerVersionId"] for m in markers)}
    assert sum("DeleteMarker" in d for d in deleted) == 2
    assert told(s3, bucket) == []


def test_pages(s3, bucket):
    written = []
    for key in ("a", "b", "c"):
        written += [(key, i) for i in reversed([put(s3, bucket, b"x", key) for _ in range(3)])]
    paginator = s3.get_paginator("list_object_versions")
    for size in (1, 2, 4, 9):
        pages = paginator.paginate(Bucket=bucket, PaginationConfig={"PageSize": size})
        assert [(v["Key"], v["VersionId"]) for page in pages for v in page["Versions"]] == written
    page = s3.list_object_versions(Bucket=bucket, MaxKeys=2)
    assert page["IsTruncated"] and page["NextKeyMarker"] == "a" and page["NextVersionIdMarker"] == written[1][1]


def test_folders(s3, bucket):
    for key in ("a", "photos/1", "photos/2", "z"):
        put(s3, bucket, b"x", key)
        put(s3, bucket, b"y", key)
    page = s3.list_object_versions(Bucket=bucket, Delimiter="/")
    assert [p["Prefix"] for p in page["CommonPrefixes"]] == ["photos/"]
    assert [v["Key"] for v in page["Versions"]] == ["a", "a", "z", "z"]
    assert len(told(s3, bucket, Prefix="photos/")) == 4


def test_copies_of_one(s3, bucket):
    first = put(s3, bucket, b"one")
    put(s3, bucket, b"two")
    copied = s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a", "VersionId": first})
    assert copied["CopySourceVersionId"] == first and copied["VersionId"]
    assert get(s3, bucket, "b") == b"one"
    restored = s3.copy_object(Bucket=bucket, Key="a", MetadataDirective="REPLACE",
                              CopySource={"Bucket": bucket, "Key": "a", "VersionId": first})
    assert restored["VersionId"] != first and get(s3, bucket) == b"one"
    marker = s3.delete_object(Bucket=bucket, Key="a")["VersionId"]
    source = {"Bucket": bucket, "Key": "a"}
    assert refused(s3.copy_object, Bucket=bucket, Key="c", CopySource=source) == ("NoSuchKey", 404)
    source["VersionId"] = marker
    assert refused(s3.copy_object, Bucket=bucket, Key="c", CopySource=source) == ("InvalidRequest", 400)


def test_an_old_one_is_copied_onto_itself(s3, bucket):
    """How S3's users bring a version back; only the latest may not be copied onto itself unchanged."""
    first = put(s3, bucket, b"one")
    put(s3, bucket, b"two")
    s3.copy_object(Bucket=bucket, Key="a", CopySource={"Bucket": bucket, "Key": "a", "VersionId": first})
    assert get(s3, bucket) == b"one"


def test_parts_are_copied_of_one(s3, bucket):
    first = put(s3, bucket, b"one")
    put(s3, bucket, b"two")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="whole")["UploadId"]
    part = s3.upload_part_copy(Bucket=bucket, Key="whole", UploadId=upload, PartNumber=1,
                               CopySource={"Bucket": bucket, "Key": "a", "VersionId": first})
    assert part["CopySourceVersionId"] == first
    parts = [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]
    done = s3.complete_multipart_upload(Bucket=bucket, Key="whole", UploadId=upload, MultipartUpload={"Parts": parts})
    assert done["VersionId"] and get(s3, bucket, "whole") == b"one"


def test_tags_of_one(s3, bucket):
    first = put(s3, bucket, b"one", Tagging="k=first")
    put(s3, bucket, b"two", Tagging="k=second")
    tags = {"TagSet": [{"Key": "k", "Value": "changed"}]}
    assert s3.put_object_tagging(Bucket=bucket, Key="a", VersionId=first, Tagging=tags)["VersionId"] == first
    assert s3.get_object_tagging(Bucket=bucket, Key="a", VersionId=first)["TagSet"] == tags["TagSet"]
    assert s3.get_object_tagging(Bucket=bucket, Key="a")["TagSet"][0]["Value"] == "second"
    s3.delete_object_tagging(Bucket=bucket, Key="a", VersionId=first)
    assert s3.get_object_tagging(Bucket=bucket, Key="a", VersionId=first)["TagSet"] == []
    marker = s3.delete_object(Bucket=bucket, Key="a")["VersionId"]
    assert refused(s3.get_object_tagging, Bucket=bucket, Key="a", VersionId=marker)[1] == 405
    assert refused(s3.put_object_tagging, Bucket=bucket, Key="a", VersionId=marker, Tagging=tags)[1] == 405


def test_attributes_of_one(s3, bucket):
    first = put(s3, bucket, b"one")
    put(s3, bucket, b"longer")
    attributes = s3.get_object_attributes(Bucket=bucket, Key="a", VersionId=first, ObjectAttributes=["ObjectSize"])
    assert attributes["ObjectSize"] == 3 and attributes["VersionId"] == first


def test_conditions_are_of_the_latest(node, s3, bucket):
    def put_new():
        return signed_request(node, "PUT", f"/{bucket}/a", body=b"again", headers={"If-None-Match": "*"})

    put(s3, bucket, b"one")
    assert put_new().status_code == 412
    s3.delete_object(Bucket=bucket, Key="a")
    assert put_new().headers["x-amz-version-id"]  # A marker is no object.
    assert get(s3, bucket) == b"again"


def test_a_presigned_url_may_name_one(s3, bucket, node):
    import requests

    first = put(s3, bucket, b"one")
    put(s3, bucket, b"two")
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "a", "VersionId": first})
    assert requests.get(url, timeout=60).content == b"one"


def test_a_bucket_with_markers_alone_is_not_empty(s3, bucket):
    marker = s3.delete_object(Bucket=bucket, Key="a")["VersionId"]
    assert refused(s3.delete_bucket, Bucket=bucket)[0] == "BucketNotEmpty"
    s3.delete_object(Bucket=bucket, Key="a", VersionId=marker)
    s3.delete_bucket(Bucket=bucket)


@pytest.mark.parametrize("body, code", [
    (b"<VersioningConfiguration><Status>Enabled</Status>", "MalformedXML"),
    (b"<Versioning><Status>Enabled</Status></Versioning>", "MalformedXML"),
    (b"<VersioningConfiguration><Status>On</Status></VersioningConfiguration>", "MalformedXML"),
    (b"<VersioningConfiguration/>", "IllegalVersioningConfigurationException"),
    (b"<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>",
     "NotImplemented"),
])
def test_configurations_that_are_refused(node, s3, bucket, body, code):
    answer = signed_request(node, "PUT", "/" + bucket, "versioning=", body)
    assert f"<Code>{code}</Code>" in answer.text
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


@pytest.mark.parametrize("query", ["versionId=", "versions&version-id-marker=x", "versions&key-marker=a&version-id-marker="])
def test_requests_that_are_refused(node, bucket, query):
    path = "/" + bucket + ("/a" if "versionId" in query else "")
    answer = signed_request(node, "GET", path, query)
    assert (answer.status_code, "<Code>InvalidArgument</Code>" in answer.text) == (400, True)


@pytest.mark.parametrize("version", ["none", "..%2F", "%00", "0" * 32, "x" * 5000])
def test_ids_that_never_were(node, s3, bucket, version):
    put(s3, bucket, b"one")
    answer = signed_request(node, "GET", "/" + bucket + "/a", "versionId=" + version)
    assert answer.status_code in (400, 404) and get(s3, bucket) == b"one"
    assert signed_request(node, "DELETE", "/" + bucket + "/a", "versionId=" + version).status_code in (204, 400)
    assert get(s3, bucket) == b"one"


def test_versions_of_a_missing_bucket(s3):
    for call in (s3.get_bucket_versioning, s3.list_object_versions):
        assert refused(call, Bucket="v-missing") == ("NoSuchBucket", 404)
