#include <gtest/gtest.h>

#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::xml {
namespace {

constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

Result<Document> parse(std::string_view text) { return Document::parse(text, {}); }

std::string repeat(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

TEST(Writer, WritesAnAnswerOfS3) {
  Writer writer;
  writer.open("ListBucketResult", kNamespace).text("Name", "bucket").number("KeyCount", 1);
  writer.boolean("IsTruncated", false);
  writer.open("Contents").text("Key", "a<b>&\"c'").number("Size", 18446744073709551615U).close();
  writer.open("CommonPrefixes");
  EXPECT_EQ(std::move(writer).finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Name>bucket</Name><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>"
            "<Contents><Key>a&lt;b&gt;&amp;&quot;c&apos;</Key><Size>18446744073709551615</Size>"
            "</Contents><CommonPrefixes></CommonPrefixes></ListBucketResult>");
}

TEST(Escape, RefersToControlCharacters) {
  EXPECT_EQ(escape(std::string("\x00\x01\n\r\t\x1f\x7f", 7)),
            "&#x0;&#x1;&#xa;&#xd;&#x9;&#x1f;&#x7f;");
  EXPECT_EQ(escape("\u00fc\U0001f600 ~"), "\u00fc\U0001f600 ~");
}

TEST(Writer, GivesAttributesToWhatItOpened) {
  Writer writer;
  writer.open("R", "urn:r").attribute("a", "1<2").attribute("b:c", "\"").text("V", "x");
  EXPECT_EQ(std::move(writer).finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<R xmlns=\"urn:r\" a=\"1&lt;2\" b:c=\"&quot;\"><V>x</V></R>");
}

TEST(Writer, IsUnderstoodByTheReader) {
  for (const char* value : {"", "plain", "a<b>&\"c'", " spaced ", " ", "\t\r\n", "]]>", "&amp;",
                            "<!-- -->", "\u00fc\U0001f600"}) {
    SCOPED_TRACE(value);
    Writer writer;
    writer.open("R").text("V", value);
    const std::string text = std::move(writer).finish();
    const auto document = parse(text);
    ASSERT_TRUE(document) << text;
    EXPECT_EQ(document->root().child("V")->text(), value);
  }
}

TEST(Reader, ReadsTheBodiesOfS3) {
  const auto create = parse(
      "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n"
      "  <LocationConstraint>eu-central-1</LocationConstraint>\n</CreateBucketConfiguration>\n");
  ASSERT_TRUE(create);
  EXPECT_EQ(create->root().name(), "CreateBucketConfiguration");
  EXPECT_EQ(create->root().child("LocationConstraint")->text(), "eu-central-1");
  EXPECT_FALSE(create->root().child("Bucket"));

  const auto remove = parse(
      "\xef\xbb\xbf<?xml version='1.0'?><!-- <a> & --><s3:Delete xmlns:s3='x'><s3:Object><s3:Key>"
      "a&#x20;&amp;&#98;</s3:Key></s3:Object><Object><Key><![CDATA[<&>]]></Key></Object>"
      "<Quiet>true</Quiet></s3:Delete>");
  ASSERT_TRUE(remove) << remove.error().message;
  EXPECT_EQ(remove->root().name(), "Delete");
  ASSERT_EQ(remove->root().children().size(), 3U);
  EXPECT_EQ(remove->root().children()[0].child("Key")->text(), "a &b");
  EXPECT_EQ(remove->root().children()[1].child("Key")->text(), "<&>");
  EXPECT_EQ(remove->root().children()[2].text(), "true");
}

TEST(Reader, RejectsWhatItDoesNotUnderstand) {
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"only spaces", " \n"},
      {"no XML", "{\"a\":1}"},
      {"only a declaration", "<?xml version='1.0'?>"},
      {"cut in an element", "<a><b></b>"},
      {"cut in a name", "<a"},
      {"cut in a comment", "<a/><!--"},
      {"cut in a CDATA section", "<a><![CDATA[</a>"},
      {"closed wrongly", "<a></b>"},
      {"closed twice", "<a></a></a>"},
      {"two roots", "<a/><b/>"},
      {"text before the root", "x<a/>"},
      {"text behind the root", "<a/>x"},
      {"a document type", "<!DOCTYPE a><a/>"},
      {"a document type in lower case", "<!doctype a><a/>"},
      {"a billion laughs", "<!DOCTYPE a [<!ENTITY b \"b\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>"},
      {"an external entity", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"},
      {"an entity inside the root", "<a><!ENTITY b \"b\"></a>"},
      {"an unknown entity", "<a>&b;</a>"},
      {"an entity in an attribute", "<a b='&c;'/>"},
      {"an ampersand", "<a>a & b</a>"},
      {"a reference without digits", "<a>&#;</a>"},
      {"a reference to NUL", "<a>&#0;</a>"},
      {"a reference to a surrogate", "<a>&#xd800;</a>"},
      {"a reference beyond Unicode", "<a>&#x110000;</a>"},
      {"a reference without end", "<a>&#x20 </a>"},
      {"a negative reference", "<a>&#-32;</a>"},
      {"a NUL", std::string("<a>\0</a>", 8)},
      {"a control character", "<a>\x01</a>"},
      {"not UTF-8", "<a>\xff</a>"},
      {"an overlong slash", "<a>\xc0\xaf</a>"},
      {"UTF-16", std::string("\xff\xfe<\0a\0/\0>\0", 10)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto document = parse(c.text);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Reader, KeepsItsLimits) {
  const Document::Limits limits{.size_max = 1000, .depth_max = 3, .element_count_max = 5};
  const auto code = [&](const std::string& text) -> std::optional<ErrorCode> {
    const auto document = Document::parse(text, limits);
    if (document) return std::nullopt;
    return document.error().code;
  };
  EXPECT_EQ(code("<a>" + std::string(993, 'x') + "</a>"), std::nullopt);
  EXPECT_EQ(code("<a>" + std::string(994, 'x') + "</a>"), ErrorCode::too_large);
  EXPECT_EQ(code("<a><b><c/></b></a>"), std::nullopt);
  EXPECT_EQ(code("<a><b><c><d/></c></b></a>"), ErrorCode::invalid_argument);
  EXPECT_EQ(code("<a>" + repeat("<b/>", 4) + "</a>"), std::nullopt);
  EXPECT_EQ(code("<a>" + repeat("<b/>", 5) + "</a>"), ErrorCode::invalid_argument);
}

TEST(Reader, SurvivesDepth) {
  const std::string deep = repeat("<a>", 200'000) + repeat("</a>", 200'000);
  EXPECT_FALSE(Document::parse(deep, {.size_max = 10'000'000}));
}

}  // namespace
}  // namespace tintype::xml
