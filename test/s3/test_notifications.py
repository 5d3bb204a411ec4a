"""Notification configurations: what happens to a bucket's objects is told to webhooks, queues and functions."""

import base64
import hashlib
import hmac
import http.server
import json
import queue
import threading

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from support.node import Node
from support.s3_requests import refused, signed_request

SECRET = base64.b64encode(b"a secret of the receiver").decode()
PATIENCE_S = 30
VARIANT = """[[collection.avatars.variant]]
name = "48"
width = 48
height = 48
"""
ACCOUNT = "arn:aws:{}:us-east-1:123456789012:{}"
TARGETS = {
    "Topic": ("TopicArn", ACCOUNT.format("sns", "hook")),
    "Queue": ("QueueArn", ACCOUNT.format("sqs", "photos")),
    "LambdaFunction": ("LambdaFunctionArn", ACCOUNT.format("lambda", "function:thumbs")),
}


class Receiver:
    """Somebody outside who is told: a webhook, a queue and a function, by the path. `answers` are its next ones."""

    def __init__(self):
        self.told, self.answers = queue.Queue(), queue.Queue()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    status = receiver.answers.get_nowait()
                except queue.Empty:
                    status = 200
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")
                receiver.told.put((self.path, dict(self.headers), body))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self):
        return self.told.get(timeout=PATIENCE_S)

    def next_record(self):
        (record,) = json.loads(self.next()[2])["Records"]
        return record

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def telling(tmp_path_factory, receiver):
    """A node whose stack file has one receiver of each kind."""
    config = f"""
{VARIANT}[webhook.hook]
url = "{receiver.url}/hook?a=b"
secret = "whsec_{SECRET}"
[webhook.plain]
url = "{receiver.url}/plain"
[queue.photos]
url = "{receiver.url}/123456789012/photos"
access_key = "AKIAQUEUE"
secret_key = "of the queue"
[function.thumbs]
url = "{receiver.url}/2015-03-31/functions/function/invocations"
"""
    with Node(tmp_path_factory.mktemp("telling"), config) as node:
        yield node


@pytest.fixture
def bucket(telling, receiver, request):
    name = "told-" + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]
    telling.boto3().create_bucket(Bucket=name)
    yield name
    assert receiver.told.empty(), "told of what nobody asked for"


def configure(s3, bucket, **kinds):
    """kinds: Topic=[rule, ...]; a rule lacks its ARN only."""
    configuration = {}
    for kind, rules in kinds.items():
        name, arn = TARGETS[kind]
        configuration[f"{kind}Configurations" if kind != "LambdaFunction" else "LambdaFunctionConfigurations"] = [
            {name: arn} | rule for rule in rules
        ]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    return configuration


def created(**more):
    return {"Events": ["s3:ObjectCreated:*"]} | more


def only(name, value):
    return {"Key": {"FilterRules": [{"Name": name, "Value": value}]}}


def test_what_was_put_is_got(telling, bucket):
    s3 = telling.boto3()
    assert "TopicConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    given = configure(
        s3, bucket, Topic=[created(Id="a", Filter=only("Suffix", ".jpg"))],
        Queue=[{"Id": "b", "Events": ["s3:ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated"]}],
        LambdaFunction=[created(Id="c", Filter=only("Suffix", ".png"))],
    )
    got = s3.get_bucket_notification_configuration(Bucket=bucket)
    got.pop("ResponseMetadata")
    assert got == given
    configure(s3, bucket)
    assert set(s3.get_bucket_notification_configuration(Bucket=bucket)) == {"ResponseMetadata"}
    assert refused(s3.get_bucket_notification_configuration, Bucket="nobodys-bucket") == ("NoSuchBucket", 404)


def test_a_webhook_can_tell_who_it_is_from(telling, receiver, bucket):
    s3 = telling.boto3()
    configure(s3, bucket, Topic=[created(Id="new photos", Filter=only("prefix", "in/"))])
    s3.put_object(Bucket=bucket, Key="out/a.jpg", Body=b"nobody asked")
    etag = s3.put_object(Bucket=bucket, Key="in/a b+ü.jpg", Body=b"photo")["ETag"]
    path, headers, body = receiver.next()
    assert path == "/hook?a=b" and headers["Content-Type"] == "application/json"
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(SECRET), signed, hashlib.sha256).digest()
    assert headers["Webhook-Signature"] == "v1," + base64.b64encode(digest).decode()
    (record,) = json.loads(body)["Records"]
    assert record["eventName"] == "ObjectCreated:Put" and record["eventSource"] == "aws:s3"
    assert record["s3"]["configurationId"] == "new photos" and record["s3"]["bucket"]["name"] == bucket
    assert record["s3"]["object"]["key"] == "in/a+b%2B%C3%BC.jpg" and record["s3"]["object"]["size"] == 5
    assert '"' + record["s3"]["object"]["eTag"] + '"' == etag


def test_a_queue_gets_a_signed_message(telling, receiver, bucket):
    s3 = telling.boto3()
    configure(s3, bucket, Queue=[created()])
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    path, headers, body = receiver.next()
    assert path == "/" and headers["X-Amz-Target"] == "AmazonSQS.SendMessage"
    request = AWSRequest("POST", receiver.url + "/", data=body, headers={
        name: headers[name] for name in ("Content-Type", "X-Amz-Target", "X-Amz-Date", "Host")
    })
    signer = SigV4Auth(Credentials("AKIAQUEUE", "of the queue"), "sqs", "us-east-1")
    request.context["timestamp"] = headers["X-Amz-Date"]
    signed = headers["Authorization"].split("SignedHeaders=")[1].split(",")[0]
    canonical = signer.canonical_request(request)
    assert signed == signer.signed_headers(signer.headers_to_sign(request))
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    assert headers["Authorization"].endswith("Signature=" + signature)
    message = json.loads(body)
    assert message["QueueUrl"] == receiver.url + "/123456789012/photos"
    assert json.loads(message["MessageBody"])["Records"][0]["s3"]["object"]["key"] == "a"


def test_a_function_is_given_the_records(telling, receiver, bucket):
    s3 = telling.boto3()
    configure(s3, bucket, LambdaFunction=[created()])
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    path, _, body = receiver.next()
    assert path.endswith("/invocations") and json.loads(body)["Records"][0]["eventName"] == "ObjectCreated:Put"


def test_every_way_in_and_out_has_its_name(telling, receiver, bucket):
    s3 = telling.boto3()
    configure(s3, bucket, Topic=[{"Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}])

    def told():
        record = receiver.next_record()
        return record["eventName"], record["s3"]["object"]

    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    name, put = told()
    assert name == "ObjectCreated:Put" and "versionId" not in put
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    assert told()[0] == "ObjectCreated:Copy"
    upload = s3.create_multipart_upload(Bucket=bucket, Key="c")["UploadId"]
    etag = s3.upload_part(Bucket=bucket, Key="c", UploadId=upload, PartNumber=1, Body=b"c")["ETag"]
    s3.complete_multipart_upload(
        Bucket=bucket, Key="c", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}
    )
    assert told()[0] == "ObjectCreated:CompleteMultipartUpload"
    s3.delete_object(Bucket=bucket, Key="a")
    name, gone = told()
    assert name == "ObjectRemoved:Delete" and gone["key"] == "a" and gone["sequencer"] > put["sequencer"]
    assert "size" not in gone and "eTag" not in gone
    s3.delete_object(Bucket=bucket, Key="a")  # Which is not there: nothing happens.
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}, {"Key": "missing"}]})
    assert told()[1]["key"] == "b"

    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="v", Body=b"v")["VersionId"]
    assert told()[1]["versionId"] == version
    marker = s3.delete_object(Bucket=bucket, Key="v")["VersionId"]
    name, gone = told()
    assert (name, gone["versionId"]) == ("ObjectRemoved:DeleteMarkerCreated", marker)
    s3.delete_object(Bucket=bucket, Key="v", VersionId=version)
    name, gone = told()
    assert (name, gone["versionId"]) == ("ObjectRemoved:Delete", version)


def test_two_are_told_of_one_event_each_of_its_own(telling, receiver, bucket):
    s3 = telling.boto3()
    configure(s3, bucket, Topic=[created(Id="jpg", Filter=only("suffix", ".jpg"))],
              LambdaFunction=[{"Id": "gone", "Events": ["s3:ObjectRemoved:*"]}])
    s3.put_object(Bucket=bucket, Key="a.jpg", Body=b"a")
    assert receiver.next_record()["s3"]["configurationId"] == "jpg"
    s3.delete_object(Bucket=bucket, Key="a.jpg")
    assert receiver.next_record()["s3"]["configurationId"] == "gone"


def test_who_did_not_hear_is_told_again(telling, receiver, bucket):
    s3 = telling.boto3()
    configure(s3, bucket, Topic=[created()])
    for status in (500, 302, 404):
        receiver.answers.put(status)
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    told = [receiver.next() for _ in range(4)]
    assert len({headers["Webhook-Id"] for _, headers, _ in told}) == 1 and len({body for _, _, body in told}) == 1


def test_a_killed_node_still_tells(tmp_path, receiver):
    config = f"""
{VARIANT}[webhook.hook]
url = "{receiver.url}/killed"
"""
    with Node(tmp_path, config) as node:
        s3 = node.boto3()
        s3.create_bucket(Bucket="photos")
        configure(s3, "photos", Topic=[created()])
        receiver.answers.put(500)
        s3.put_object(Bucket="photos", Key="a", Body=b"a")
        node.kill()
        node.start()
        keys = set()
        while not keys:
            path, _, body = receiver.next()
            assert path == "/killed"
            keys |= {record["s3"]["object"]["key"] for record in json.loads(body)["Records"]}
    assert keys == {"a"}
    while not receiver.told.empty():
        receiver.told.get()
    while not receiver.answers.empty():
        receiver.answers.get()


@pytest.mark.parametrize("element, arn, code", [
    ("Topic", ACCOUNT.format("sns", "nobody"), "InvalidArgument"),
    ("Queue", ACCOUNT.format("sqs", "hook"), "InvalidArgument"),
    ("CloudFunction", ACCOUNT.format("lambda", "function:nobody"), "InvalidArgument"),
    ("Topic", "hook", "InvalidArgument"),
])
def test_receivers_that_nobody_knows(telling, bucket, element, arn, code):
    body = (f"<NotificationConfiguration><{element}Configuration><{element}>{arn}</{element}>"
            f"<Event>s3:ObjectCreated:*</Event></{element}Configuration></NotificationConfiguration>")
    answer = signed_request(telling, "PUT", f"/{bucket}", "notification=", body.encode())
    assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (400, True), answer.text
