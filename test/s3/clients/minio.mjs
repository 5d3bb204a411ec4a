// MinIO's client for JavaScript does its round: minio.mjs ENDPOINT BUCKET, keys from the environment.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { Client, CopyConditions } from "minio";

const [endpoint, bucket] = process.argv.slice(2);
const { hostname, port } = new URL(endpoint);
const client = new Client({
  endPoint: hostname, port: Number(port), useSSL: false,
  accessKey: process.env.AWS_ACCESS_KEY_ID, secretKey: process.env.AWS_SECRET_ACCESS_KEY,
});
const bodyOf = async (key) => buffer(await client.getObject(bucket, key));

await client.makeBucket(bucket);
assert.ok(await client.bucketExists(bucket));
const small = randomBytes(100_000);
await client.putObject(bucket, "small ü", small, small.length, { "Content-Type": "image/png", by: "ada" });
assert.deepEqual(await bodyOf("small ü"), small);
const stat = await client.statObject(bucket, "small ü");
assert.deepEqual([stat.size, stat.metaData["content-type"], stat.metaData.by], [100_000, "image/png", "ada"]);

const large = randomBytes(70_000_000);
await client.putObject(bucket, "large", large);
assert.deepEqual(await bodyOf("large"), large);

await client.copyObject(bucket, "copy", `/${bucket}/small ü`, new CopyConditions());
assert.deepEqual(await bodyOf("copy"), small);
await client.setObjectTagging(bucket, "copy", { k: "v" });
assert.equal(JSON.stringify(await client.getObjectTagging(bucket, "copy")), '[{"Key":"k","Value":"v"}]');
await client.removeObjectTagging(bucket, "copy");

const url = await client.presignedPutObject(bucket, "presigned", 60);
assert.equal((await fetch(url, { method: "PUT", body: "x" })).status, 200);
assert.equal(await (await fetch(await client.presignedGetObject(bucket, "presigned", 60))).text(), "x");

const keys = [];
for await (const item of client.listObjectsV2(bucket, "", true)) keys.push(item.name);
assert.deepEqual(keys, ["copy", "large", "presigned", "small ü"]);
const old = [];
for await (const item of client.listObjects(bucket, "", true)) old.push(item.name);
assert.deepEqual(old, keys);
await client.removeObjects(bucket, keys);
await client.removeBucket(bucket);
console.log("done");
