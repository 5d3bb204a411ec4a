#include "bucket/s3/route.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

http::Request request_of(std::string method, std::string path, std::string query) {
  http::Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.query_text = std::move(query);
  request.query = *http::Query::parse(request.query_text);
  return request;
}

TEST(FindRoute, KnowsEachOperation) {
  const struct {
    const char* method;
    const char* path;
    const char* query;
    Operation operation;
    const char* bucket;
    const char* key;
  } cases[] = {
      {"GET", "/", "", Operation::list_buckets, "", ""},
      {"GET", "/", "x-id=ListBuckets", Operation::list_buckets, "", ""},
      {"PUT", "/photos", "", Operation::create_bucket, "photos", ""},
      {"PUT", "/photos/", "", Operation::create_bucket, "photos", ""},
      {"HEAD", "/photos", "", Operation::head_bucket, "photos", ""},
      {"GET", "/photos", "location", Operation::get_bucket_location, "photos", ""},
      {"GET", "/photos", "location=", Operation::get_bucket_location, "photos", ""},
      {"GET", "/photos/", "list-type=2&prefix=&delimiter=%2F&encoding-type=url",
       Operation::list_objects_v2, "photos", ""},
      {"PUT", "/photos/a", "", Operation::put_object, "photos", "a"},
      {"PUT", "/photos/a",
       "x-id=PutObject&X-Amz-Algorithm=a&X-Amz-Credential=c&X-Amz-Date=d&X-Amz-Expires=1"
       "&X-Amz-SignedHeaders=host&X-Amz-Signature=s&X-Amz-Security-Token=t"
       "&X-Amz-Content-Sha256=u&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=x",
       Operation::put_object, "photos", "a"},
      {"GET", "/photos/a", "response-content-type=text/plain&x-amz-checksum-mode=ENABLED",
       Operation::get_object, "photos", "a"},
      {"HEAD", "/photos/a", "", Operation::head_object, "photos", "a"},
      {"DELETE", "/photos/a", "x-id=DeleteObject", Operation::delete_object, "photos", "a"},
      {"POST", "/photos", "", Operation::post_object, "photos", ""},
      {"POST", "/photos/", "", Operation::post_object, "photos", ""},
      {"GET", "/photos", "uploads&prefix=&delimiter=&max-uploads=1000",
       Operation::list_multipart_uploads, "photos", ""},
      {"POST", "/photos/a", "uploads=", Operation::create_multipart_upload, "photos", "a"},
      {"POST", "/photos/a", "uploads&x-id=CreateMultipartUpload",
       Operation::create_multipart_upload, "photos", "a"},
      {"PUT", "/photos/a", "partNumber=1&uploadId=x", Operation::upload_part, "photos", "a"},
      {"POST", "/photos/a", "uploadId=x", Operation::complete_multipart_upload, "photos", "a"},
      {"DELETE", "/photos/a", "uploadId=x", Operation::abort_multipart_upload, "photos", "a"},
      {"GET", "/photos/a", "uploadId=x&max-parts=5&part-number-marker=1", Operation::list_parts,
       "photos", "a"},
      {"GET", "/photos/a/b%20c%2Fd//", "", Operation::get_object, "photos", "a/b c/d//"},
      {"GET", "/photos//", "", Operation::get_object, "photos", "/"},
      {"GET", "/photos/..", "", Operation::get_object, "photos", ".."},
      {"GET", "/photos/a+b", "", Operation::get_object, "photos", "a+b"},
      {"GET", "/photos", "", Operation::list_objects, "photos", ""},
      {"GET", "/photos/", "marker=a&max-keys=2", Operation::list_objects, "photos", ""},
      {"DELETE", "/photos", "", Operation::delete_bucket, "photos", ""},
      {"POST", "/photos/", "delete=", Operation::delete_objects, "photos", ""},
      {"GET", "/photos/a", "tagging", Operation::get_object_tagging, "photos", "a"},
      {"PUT", "/photos/a", "tagging=", Operation::put_object_tagging, "photos", "a"},
      {"DELETE", "/photos/a", "tagging", Operation::delete_object_tagging, "photos", "a"},
      {"GET", "/photos/a", "attributes", Operation::get_object_attributes, "photos", "a"},
      {"GET", "/photos", "versioning", Operation::get_bucket_versioning, "photos", ""},
      {"PUT", "/photos", "versioning", Operation::put_bucket_versioning, "photos", ""},
      {"GET", "/photos", "versions&key-marker=a&version-id-marker=1",
       Operation::list_object_versions, "photos", ""},
      {"GET", "/photos/a", "versionId=1", Operation::get_object, "photos", "a"},
      {"GET", "/photos", "cors", Operation::get_bucket_cors, "photos", ""},
      {"DELETE", "/photos", "policy", Operation::delete_bucket_policy, "photos", ""},
      {"PUT", "/photos", "publicAccessBlock", Operation::put_public_access_block, "photos", ""},
      {"GET", "/photos", "tagging", Operation::get_bucket_tagging, "photos", ""},
      {"PUT", "/photos", "acl", Operation::put_bucket_acl, "photos", ""},
      {"GET", "/photos/a", "acl&versionId=1", Operation::get_object_acl, "photos", "a"},
      {"GET", "/photos", "encryption", Operation::get_not_configured, "photos", ""},
      {"HEAD", "/photos/a", "versionId=1", Operation::head_object, "photos", "a"},
      {"DELETE", "/photos/a", "versionId=1", Operation::delete_object, "photos", "a"},
      {"PUT", "/photos/a", "tagging&versionId=1", Operation::put_object_tagging, "photos", "a"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.method) + " " + c.path + "?" + c.query);
    const auto route = find_route(request_of(c.method, c.path, c.query));
    ASSERT_TRUE(route) << code_of(route.error().error) << route.error().message;
    EXPECT_EQ(route->operation, c.operation);
    EXPECT_EQ(route->bucket ? route->bucket->str() : "", c.bucket);
    EXPECT_EQ(route->key ? route->key->str() : "", c.key);
  }
}

TEST(FindRoute, NeverTakesOneRequestForAnother) {
  const std::string long_key = "/photos/" + std::string(Key::kSizeMax + 1, 'k');
  const struct {
    const char* method;
    std::string path;
    const char* query;
    S3Error error;
  } cases[] = {
      {"GET", "/photos", "list-type=1", S3Error::not_implemented},
      {"GET", "/photos", "continuation-token=a", S3Error::not_implemented},
      {"PUT", "/photos", "versions", S3Error::not_implemented},
      {"POST", "/photos", "policy", S3Error::not_implemented},
      {"GET", "/photos", "list-type=2&versions", S3Error::not_implemented},
      {"GET", "/photos", "location=eu", S3Error::not_implemented},
      {"DELETE", "/photos", "acl", S3Error::not_implemented},
      {"PUT", "/photos", "website", S3Error::not_implemented},
      {"GET", "/photos", "cors&policy", S3Error::not_implemented},
      {"POST", "/photos", "delete=1", S3Error::not_implemented},
      {"PUT", "/photos/a", "retention", S3Error::not_implemented},
      {"PUT", "/photos/a", "tagging&uploadId=1", S3Error::not_implemented},
      {"PUT", "/photos/a", "partNumber=1", S3Error::not_implemented},
      {"PUT", "/photos/a", "uploads", S3Error::not_implemented},
      {"POST", "/photos/a", "", S3Error::not_implemented},
      {"POST", "/photos/a", "uploads=1", S3Error::not_implemented},
      {"POST", "/photos/a", "uploads&versionId=1", S3Error::not_implemented},
      {"GET", "/photos", "uploads&versions", S3Error::not_implemented},
      {"POST", "/", "", S3Error::not_implemented},
      {"PUT", "/photos/a", "x-amz-copy-source=%2Fb%2Fc", S3Error::not_implemented},
      {"PUT", "/photos/a", "x-amz-acl=public-read", S3Error::not_implemented},
      {"PUT", "/photos/a", "X-AMZ-TAGGING=a", S3Error::not_implemented},
      {"GET", "/photos/a", "restore", S3Error::not_implemented},
      {"GET", "/photos/a", "torrent", S3Error::not_implemented},
      {"GET", "/photos/a", "attributes&partNumber=1", S3Error::not_implemented},
      {"DELETE", "/photos/a", "restore", S3Error::not_implemented},
      {"POST", "/photos/a", "select&select-type=2", S3Error::not_implemented},
      {"PUT", "/", "", S3Error::not_implemented},
      {"PATCH", "/photos/a", "", S3Error::method_not_allowed},
      {"get", "/photos/a", "", S3Error::method_not_allowed},
      {"GET", "photos", "", S3Error::invalid_uri},
      {"GET", "/photos/%zz", "", S3Error::invalid_uri},
      {"GET", "/photos/%ff", "", S3Error::invalid_uri},
      {"GET", "/photos/%00", "", S3Error::invalid_uri},
      {"GET", "/Photos/a", "", S3Error::invalid_bucket_name},
      {"GET", "//a", "", S3Error::invalid_bucket_name},
      {"GET", "/../a", "", S3Error::invalid_bucket_name},
      {"PUT", long_key, "", S3Error::key_too_long},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.method + (" " + c.path) + "?" + c.query);
    const auto route = find_route(request_of(c.method, c.path, c.query));
    ASSERT_FALSE(route);
    EXPECT_EQ(code_of(route.error().error), code_of(c.error));
  }
}

}  // namespace
}  // namespace tintype::bucket
