// The AWS SDK for JavaScript does its round: aws_sdk.mjs ENDPOINT BUCKET, keys from the environment.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  CopyObjectCommand, CreateBucketCommand, DeleteBucketCommand, DeleteObjectsCommand, GetObjectAttributesCommand,
  GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const [endpoint, Bucket] = process.argv.slice(2);
const s3 = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, maxAttempts: 1 });
const bodyOf = async (Key) => Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body.transformToByteArray());

await s3.send(new CreateBucketCommand({ Bucket }));

// A string has its checksum in a header; a stream in what follows its chunks.
for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "SHA1", "SHA256"]) {
  const Key = `string ${ChecksumAlgorithm}`;
  const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello", ChecksumAlgorithm }));
  assert.ok(put[`Checksum${ChecksumAlgorithm}`]);
  assert.equal((await bodyOf(Key)).toString(), "hello");
}
const bytes = randomBytes(300_000);
const put = await s3.send(new PutObjectCommand({
  Bucket, Key: "stream", Body: Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]),
  ContentLength: bytes.length, ContentType: "image/jpeg", Metadata: { by: "ada" }, Tagging: "k=v%20w",
}));
assert.ok(put.ChecksumCRC32);
assert.deepEqual(await bodyOf("stream"), bytes);
const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "stream", ChecksumMode: "ENABLED" }));
assert.deepEqual([head.ContentType, head.Metadata, head.ChecksumCRC32], ["image/jpeg", { by: "ada" }, put.ChecksumCRC32]);
const tags = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "stream" }));
assert.deepEqual(tags.TagSet, [{ Key: "k", Value: "v w" }]);
const attributes = await s3.send(new GetObjectAttributesCommand({
  Bucket, Key: "stream", ObjectAttributes: ["ETag", "ObjectSize", "Checksum"],
}));
assert.deepEqual([attributes.ObjectSize, attributes.Checksum.ChecksumCRC32], [300_000, put.ChecksumCRC32]);

// In parts, in parallel.
const large = randomBytes(12_000_000);
await new Upload({ client: s3, params: { Bucket, Key: "large", Body: Readable.from([large]) } }).done();
assert.deepEqual(await bodyOf("large"), large);

await s3.send(new CopyObjectCommand({ Bucket, Key: "copy ü", CopySource: `${Bucket}/stream` }));
assert.deepEqual(await bodyOf("copy ü"), bytes);

// What the SDK presigns: its PUT has the checksum of an empty body in the query.
const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "presigned" }), { expiresIn: 60 });
const answer = await fetch(url, { method: "PUT", body: "by whoever has the URL" });
assert.equal(answer.status, 200, await answer.text());
const readUrl = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "presigned" }), { expiresIn: 60 });
assert.equal(await (await fetch(readUrl)).text(), "by whoever has the URL");
const form = await createPresignedPost(s3, {
  Bucket, Key: "form-${filename}", Conditions: [["content-length-range", 1, 100]], Expires: 60,
});
const data = new FormData();
for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
data.append("file", new Blob(["from a form"]), "a.txt");
const posted = await fetch(form.url, { method: "POST", body: data });
assert.equal(posted.status, 204, await posted.text());
assert.equal((await bodyOf("form-a.txt")).toString(), "from a form");

const listed = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 4 }));
assert.deepEqual([listed.KeyCount, listed.IsTruncated], [4, true]);
const all = await s3.send(new ListObjectsV2Command({ Bucket }));
const gone = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: all.Contents.map(({ Key }) => ({ Key })) } }));
assert.equal(gone.Deleted.length, all.KeyCount);
await s3.send(new DeleteBucketCommand({ Bucket }));
console.log("done");
