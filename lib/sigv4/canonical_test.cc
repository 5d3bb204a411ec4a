#include "sigv4/canonical.h"

#include <gtest/gtest.h>

namespace tintype::sigv4 {
namespace {

TEST(CanonicalPath, KeepsTheNamesOfObjects) {
  const struct {
    const char* name;
    const char* path;
    const char* s3;
    const char* other;
  } cases[] = {
      {"root", "/", "/", "/"},
      {"empty", "", "/", "/"},
      {"empty segments", "/b//a///", "/b//a///", "/b/a/"},
      {"dots", "/b/../a/./c", "/b/../a/./c", "/a/c"},
      {"a space", "/b/a%20c", "/b/a%20c", "/b/a%2520c"},
      {"a slash in a name", "/b/a%2fc", "/b/a%2Fc", "/b/a%252fc"},
      {"encoded for nothing", "/b/%61%7e", "/b/a~", "/b/%2561%257e"},
      {"a plus", "/b/a+c", "/b/a%2Bc", "/b/a%2Bc"},
      {"unencoded", "/b/a$(c)", "/b/a%24%28c%29", "/b/a%24%28c%29"},
      {"letters", "/b/\u00fc", "/b/%C3%BC", "/b/%C3%BC"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(*canonical_path(c.path, "s3"), c.s3);
    EXPECT_EQ(*canonical_path(c.path, "sqs"), c.other);
  }
  EXPECT_FALSE(canonical_path("/b/%zz", "s3"));
}

TEST(CanonicalQuery, SortsByNameAndValue) {
  const struct {
    const char* name;
    const char* query;
    const char* canonical;
  } cases[] = {
      {"empty", "", ""},
      {"no value", "uploads", "uploads="},
      {"an empty value", "uploads=", "uploads="},
      {"by name", "b=1&a=2&B=3", "B=3&a=2&b=1"},
      {"by value", "a=2&a=1&a=", "a=&a=1&a=2"},
      {"by what it encodes to", "a-b=1&a%2Fb=1&a=1", "a=1&a%2Fb=1&a-b=1"},
      {"empty parts", "&&a=1&", "a=1"},
      {"a value with '='", "a=b=c", "a=b%3Dc"},
      {"plus and space", "prefix=a+b%20c", "prefix=a%2Bb%20c"},
      {"lower-case digits", "prefix=%c3%bc%2f", "prefix=%C3%BC%2F"},
      {"the signature", "X-Amz-Signature=1&a=1", "a=1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(*canonical_query(c.query, "X-Amz-Signature"), c.canonical);
  }
  EXPECT_FALSE(canonical_query("a=%"));
}

}  // namespace
}  // namespace tintype::sigv4
