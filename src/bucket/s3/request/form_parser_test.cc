#include "bucket/s3/request/form_parser.h"

#include <gtest/gtest.h>

#include <optional>

namespace tintype::bucket {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=xYz";

/// What was read, one line for each event; the data of a file in one piece.
Result<std::string> read(std::string_view body, std::size_t piece = SIZE_MAX,
                         std::string_view type = kType) {
  TRY_LET(FormParser parser, FormParser::make(type));
  std::string seen;
  for (;;) {
    TRY_LET(const FormParser::Event event, parser.next());
    if (std::holds_alternative<FormParser::NeedMore>(event)) {
      if (body.empty()) return seen + "cut";
      const std::size_t size = std::min(piece, body.size());
      parser.feed(as_bytes(body.substr(0, size)));
      body.remove_prefix(size);
    } else if (const auto* field = std::get_if<FormParser::Field>(&event)) {
      seen += field->name + "=" + field->value + "\n";
    } else if (const auto* file = std::get_if<FormParser::FileBegin>(&event)) {
      seen += "file(" + file->file_name + ")=";
    } else if (const auto* data = std::get_if<FormParser::FileData>(&event)) {
      EXPECT_FALSE(data->bytes.empty());
      seen += as_text(data->bytes);
    } else if (std::holds_alternative<FormParser::FileEnd>(event)) {
      seen += "\n";
    } else {
      return seen + "end";
    }
  }
}

std::string field(std::string_view name, std::string_view value) {
  return "--xYz\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
         std::string(value) + "\r\n";
}
std::string file(std::string_view name, std::string_view content) {
  return "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + std::string(name) +
         "\"\r\nContent-Type: image/jpeg\r\n\r\n" + std::string(content) + "\r\n";
}
constexpr const char* kEnd = "--xYz--\r\n";

TEST(FormParser, ReadsTheSameHoweverTheBytesArrive) {
  const std::string body = field("key", "a/b") + field("policy", "e30=\r\n--xY") +
                           file("x.jpg", "\r\n--xY\r\n--\r\n-\xff") + field("late", "1") + kEnd;
  const std::string expected =
      "key=a/b\npolicy=e30=\r\n--xY\nfile(x.jpg)=\r\n--xY\r\n--\r\n-\xff\nlate=1\nend";
  for (std::size_t piece = 1; piece <= body.size(); ++piece) {
    const auto seen = read(body, piece);
    ASSERT_TRUE(seen) << piece << ": " << seen.error().message;
    EXPECT_EQ(*seen, expected) << piece;
  }
}

TEST(FormParser, UnderstandsWhatClientsSend) {
  const auto with_head = [](std::string_view head) {
    return "--xYz\r\n" + std::string(head) + "\r\n\r\nv\r\n" + kEnd;
  };
  const struct {
    const char* name;
    std::string body;
    std::string expected;
  } cases[] = {
      {"no field at all", kEnd, "end"},
      {"an empty field", field("a", "") + kEnd, "a=\nend"},
      {"an empty file", file("", "") + kEnd, "file()=\nend"},
      {"other headers, other case",
       with_head("content-type: text/plain\r\nCONTENT-DISPOSITION:form-data;NAME=a"), "a=v\nend"},
      {"a hidden quote", with_head(R"(Content-Disposition: form-data; name="a\"b")"),
       "a\"b=v\nend"},
      {"a path of Windows",
       with_head(R"(Content-Disposition: form-data; name="file"; filename="C:\d\x.jpg")"),
       "file(x.jpg)=v\nend"},
      {"a path",
       with_head(R"(Content-Disposition: form-data; name="file"; filename="../../x.jpg")"),
       "file(x.jpg)=v\nend"},
      {"a semicolon in a name", with_head(R"(Content-Disposition: form-data; name="a;name=b")"),
       "a;name=b=v\nend"},
      {"FILE is the file", with_head(R"(Content-Disposition: form-data; name="FILE")"),
       "file()=v\nend"},
      {"text behind the end", field("a", "1") + "--xYz--\r\nwhatever", "a=1\nend"},
      {"cut in a head", "--xYz\r\nContent-Dispo", "cut"},
      {"cut in a field", "--xYz\r\nContent-Disposition: form-data; name=a\r\n\r\nva", "cut"},
      {"cut in the file", file("x", "123").substr(0, 100), "file(x)=cut"},
      {"cut before the end", field("a", "1") + "--xYz", "a=1\ncut"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto seen = read(c.body);
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(*seen, c.expected);
  }
}

TEST(FormParser, RefusesWhatTwoReadersCouldReadTwoWays) {
  const auto with_head = [](std::string_view head) {
    return "--xYz\r\n" + std::string(head) + "\r\n\r\nv\r\n" + kEnd;
  };
  const struct {
    const char* name;
    std::string body;
    ErrorCode code = ErrorCode::invalid_argument;
  } cases[] = {
      {"a text before the first boundary", "hello\r\n" + field("a", "1") + kEnd},
      {"another boundary", "--other\r\n"},
      {"a boundary that goes on", "--xYzzz\r\nContent-Disposition: form-data; name=a\r\n\r\nv"},
      {"a bare line end behind a boundary", "--xYz\nContent-Disposition: form-data; name=a\n\nv"},
      {"a space behind a boundary", "--xYz \r\nContent-Disposition: form-data; name=a\r\n\r\nv"},
      {"no Content-Disposition", with_head("Content-Type: text/plain")},
      {"an empty head", "--xYz\r\n\r\n\r\n\r\nv"},
      {"two Content-Dispositions",
       with_head(
           "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b")},
      {"an attachment", with_head("Content-Disposition: attachment; name=a")},
      {"no name", with_head("Content-Disposition: form-data")},
      {"an empty name", with_head("Content-Disposition: form-data; name=\"\"")},
      {"two names", with_head("Content-Disposition: form-data; name=a; name=b")},
      {"two file names",
       with_head("Content-Disposition: form-data; name=a; filename=b; filename=c")},
      {"a name that is not closed", with_head("Content-Disposition: form-data; name=\"a")},
      {"something behind a name", with_head("Content-Disposition: form-data; name=\"a\"b")},
      {"a parameter without a value", with_head("Content-Disposition: form-data; name")},
      {"no header", with_head("Content-Disposition form-data; name=a")},
      {"a folded header", with_head("Content-Disposition: form-data;\r\n name=a")},
      {"a bare CR in a file name",
       with_head("Content-Disposition: form-data; name=file; filename=\"a\rX: y\"")},
      {"a bare LF in a file name",
       with_head("Content-Disposition: form-data; name=file; filename=\"a\nX: y\"")},
      {"a NUL in a name",
       with_head(std::string_view("Content-Disposition: form-data; name=\"a\0\"", 41))},
      {"two files", file("a", "1") + file("b", "2") + kEnd, ErrorCode::conflict},
  };
  for (const auto& c : cases) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{SIZE_MAX}}) {
      SCOPED_TRACE(c.name);
      const auto seen = read(c.body, piece);
      ASSERT_FALSE(seen) << *seen;
      EXPECT_EQ(seen.error().code, c.code);
    }
  }
}

TEST(FormParser, WantsABoundary) {
  const std::string longest(FormParser::kBoundarySizeMax, 'b');
  for (const std::string& good :
       {std::string("multipart/form-data; boundary=a"),
        std::string("Multipart/Form-Data;charset=utf-8; boundary=\"a b\""),
        "multipart/form-data; boundary=" + longest})
    EXPECT_TRUE(FormParser::make(good)) << good;
  for (const std::string& bad :
       {std::string(""), std::string("multipart/form-data"),
        std::string("multipart/mixed; boundary=a"), std::string("multipart/form-data; boundary="),
        std::string("multipart/form-data; boundary=\"\""),
        std::string("multipart/form-data; boundary=a; boundary=b"),
        std::string("multipart/form-data; boundary=\"a \""),
        std::string("multipart/form-data; boundary=\"a\r\nb\""),
        "multipart/form-data; boundary=" + longest + "b"}) {
    const auto made = FormParser::make(bad);
    ASSERT_FALSE(made) << bad;
    EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
  }
}

TEST(FormParser, HasLimits) {
  const std::string head = "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
  const std::size_t head_size = head.size() - std::string_view("--xYz\r\n").size();
  const std::string longest(FormParser::kFieldsSizeMax - head_size, 'v');
  const std::string long_head(FormParser::kHeadSizeMax, 'h');
  std::string many;
  for (std::size_t i = 0; i < FormParser::kFieldCountMax; ++i) many += field("a", "");
  for (const std::size_t piece : {std::size_t{4096}, std::size_t{SIZE_MAX}}) {
    EXPECT_TRUE(read(field("a", longest) + kEnd, piece));
    EXPECT_TRUE(read(many + file("f", std::string(100'000, 'f')) + kEnd, piece));
    const struct {
      const char* name;
      std::string body;
    } cases[] = {
        {"one byte too many", field("a", longest + "v") + kEnd},
        {"no end in sight", head + std::string(100'000, 'v')},
        {"two fields together", field("b", "12345") + field("a", longest) + kEnd},
        {"a long head", "--xYz\r\nX: " + long_head},
        {"too many fields", many + field("a", "") + kEnd},
    };
    for (const auto& c : cases) {
      SCOPED_TRACE(c.name);
      const auto seen = read(c.body, piece);
      ASSERT_FALSE(seen);
      EXPECT_EQ(seen.error().code, ErrorCode::too_large);
    }
  }
}

}  // namespace
}  // namespace tintype::bucket
