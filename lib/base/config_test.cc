#include "base/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "base/file.h"
#include "base/random.h"

namespace tintype::config {
namespace {

using std::chrono::milliseconds;

Document parse(std::string_view text) {
  auto document = Document::parse(text, "t.toml");
  EXPECT_TRUE(document) << document.error().message;
  return *std::move(document);
}

template <class T>
Status status_of(Result<T> result) {
  if (!result) return std::unexpected(std::move(result).error());
  return {};
}

TEST(Table, ReadsEveryType) {
  Document document = parse(R"(
name = "cruddur"
on = true
count = 7
size = "15MiB"
bytes = 512
pixels = "100MP"
ttl = "5m"
types = ["a", "b"]
fit = "cover"
)");
  const Table root = document.root();
  EXPECT_EQ(*root.text("name"), "cruddur");
  EXPECT_EQ(*root.boolean("on"), true);
  EXPECT_EQ(*root.integer("count", {1, 7}), 7);
  EXPECT_EQ(*root.size_bytes("size", {0, 1 << 30}), 15 << 20);
  EXPECT_EQ(*root.size_bytes("bytes", {512, 512}), 512);
  EXPECT_EQ(*root.pixels("pixels", {0, 1'000'000'000}), 100'000'000);
  EXPECT_EQ(*root.duration("ttl"), milliseconds(300'000));
  EXPECT_EQ(*root.texts("types"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*root.choice("fit", {"contain", "cover"}), "cover");
  EXPECT_TRUE(root.has("name"));
  EXPECT_FALSE(root.has("nam"));
  EXPECT_TRUE(document.finish());
}

TEST(Table, GivesWhatIsMissingItsDefault) {
  Document document = parse("");
  const Table table = *document.root().table("absent");
  EXPECT_EQ(*table.text("k", "d"), "d");
  EXPECT_EQ(*table.boolean("k", true), true);
  EXPECT_EQ(*table.integer("k", {1, 2}, 9), 9);
  EXPECT_EQ(*table.size_bytes("k", {1, 2}, 9), 9);
  EXPECT_EQ(*table.pixels("k", {1, 2}, 9), 9);
  EXPECT_EQ(*table.duration("k", milliseconds(9)), milliseconds(9));
  EXPECT_EQ(*table.texts("k", std::vector<std::string>{"d"}), std::vector<std::string>{"d"});
  EXPECT_EQ(*table.choice("k", {"a"}, "a"), "a");
  EXPECT_FALSE(table.has("k"));
  EXPECT_EQ(document.root().tables("k")->size(), 0U);
  EXPECT_EQ(document.root().named_tables("k")->size(), 0U);
}

TEST(Table, NamesPlaceSettingValueAndRemedy) {
  const struct {
    const char* name;
    const char* text;
    std::function<Status(const Table&)> read;
    const char* message;
  } cases[] = {
      {"a missing text", "[a]", [](const Table& t) { return status_of(t.text("k")); },
       "t.toml:1: a.k: is missing; add it"},
      {"a text of another type", "[a]\n\nk = 1",
       [](const Table& t) { return status_of(t.text("k")); },
       "t.toml:3: a.k = 1: not a text; write it in quotes"},
      {"a boolean in quotes", "[a]\nk = \"true\"",
       [](const Table& t) { return status_of(t.boolean("k")); },
       "t.toml:2: a.k = \"true\": neither true nor false"},
      {"below the range", "[a]\nk = 0",
       [](const Table& t) { return status_of(t.integer("k", {1, 9})); },
       "t.toml:2: a.k = 0: out of range; write 1 to 9"},
      {"above the range", "[a]\nk = 10",
       [](const Table& t) { return status_of(t.integer("k", {1, 9})); },
       "t.toml:2: a.k = 10: out of range; write 1 to 9"},
      {"not whole", "[a]\nk = 1.5",
       [](const Table& t) { return status_of(t.integer("k", {1, 9})); },
       "t.toml:2: a.k = ?: not a whole number"},
      {"no size", "[a]\nk = \"15 bananas\"",
       [](const Table& t) { return status_of(t.size_bytes("k", {1, 9})); },
       "t.toml:2: a.k = \"15 bananas\": not a size; write for example \"15MiB\""},
      {"a negative size", "[a]\nk = -1",
       [](const Table& t) { return status_of(t.size_bytes("k", {0, 9})); },
       "t.toml:2: a.k = -1: out of range; write 0 to 9 bytes"},
      {"too large", "[a]\nk = \"1KiB\"",
       [](const Table& t) { return status_of(t.size_bytes("k", {1, 9})); },
       "t.toml:2: a.k = \"1KiB\": out of range; write 1 to 9 bytes"},
      {"no choice", "[a]\nk = \"c\"",
       [](const Table& t) { return status_of(t.choice("k", {"a", "b"})); },
       "t.toml:2: a.k = \"c\": unknown; write one of: a, b"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Document document = parse(c.text);
    const Status status = c.read(*document.root().table("a"));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(status.error().message, c.message);
  }
}

TEST(Table, RejectsWhatHasAnotherShape) {
  Document document = parse(
      "text = \"a\"\nnever = \"0s\"\nlist = [1]\nmixed = [\"a\", 1]\n"
      "[table]\n[[tables]]\nk = 1\n[named]\nplain = 1\n");
  const Table root = document.root();
  EXPECT_FALSE(root.pixels("text", {0, 9}));
  EXPECT_FALSE(root.duration("text"));
  EXPECT_FALSE(root.duration("never"));  // No time is no duration.
  EXPECT_FALSE(root.texts("text"));
  EXPECT_FALSE(root.texts("list"));
  EXPECT_FALSE(root.texts("mixed"));
  EXPECT_FALSE(root.table("text"));
  EXPECT_FALSE(root.table("tables"));
  EXPECT_FALSE(root.tables("table"));
  EXPECT_FALSE(root.tables("list"));
  EXPECT_FALSE(root.named_tables("named"));
  EXPECT_FALSE(root.text("table"));
}

TEST(Table, WalksTablesInOrder) {
  Document document = parse(R"(
[collection.banners]
route = "/b"
[collection.avatars]
route = "/a"
[[collection.avatars.variant]]
name = "512"
[[collection.avatars.variant]]
name = 7
)");
  const auto collections = *document.root().named_tables("collection");
  ASSERT_EQ(collections.size(), 2U);
  EXPECT_EQ(collections[0].first, "avatars");
  EXPECT_EQ(collections[1].first, "banners");
  EXPECT_EQ(*collections[1].second.text("route"), "/b");
  const auto variants = *collections[0].second.tables("variant");
  ASSERT_EQ(variants.size(), 2U);
  EXPECT_EQ(*variants[0].text("name"), "512");
  EXPECT_EQ(variants[1].text("name").error().message,
            "t.toml:9: collection.avatars.variant[1].name = 7: not a text; write it in quotes");
}

TEST(Document, NamesTheFirstKeyThatNobodyRead) {
  const struct {
    const char* name;
    const char* text;
    const char* place;
    const char* key;
  } cases[] = {
      {"at the root", "known = 1\nunknown = 1", "t.toml:2", "unknown"},
      {"a table", "known = 1\n[unknown]", "t.toml:2", "unknown"},
      {"in a table", "known = 1\n[table]\nknown = 1\nunknwon = 1", "t.toml:4", "table.unknwon"},
      {"in a list of tables", "known = 1\n[[tables]]\nknown = 1\n[[tables]]\nunknown = 1",
       "t.toml:5", "tables.unknown"},
      {"a list of tables", "known = 1\n[[unknown]]\nx = 1", "t.toml:2", "unknown"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Document document = parse(c.text);
    const Table root = document.root();
    EXPECT_TRUE(root.integer("known", {1, 1}));
    EXPECT_TRUE(root.table("table")->integer("known", {1, 1}, 1));
    const auto tables = *root.tables("tables");
    for (const Table& table : tables) EXPECT_TRUE(table.integer("known", {1, 1}, 1));
    const Status status = document.finish();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(status.error().message.find(c.place), std::string::npos) << status.error().message;
    EXPECT_NE(status.error().message.find(c.key), std::string::npos) << status.error().message;
  }
}

TEST(Document, SaysWhereItIsNoToml) {
  const auto document = Document::parse("a = 1\nb = \n", "t.toml");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(document.error().message.starts_with("t.toml:2: ")) << document.error().message;
  EXPECT_FALSE(Document::parse("a = 1\na = 2\n", "t.toml"));
  EXPECT_FALSE(Document::parse("a = \"\xff\"\n", "t.toml"));
}

TEST(Document, LoadsAFileWithinItsLimit) {
  const auto path = std::filesystem::temp_directory_path() / (make_id() + ".toml");
  ASSERT_TRUE(write_file(path, "a = 1\n", 0600));
  auto document = Document::load(path);
  ASSERT_TRUE(document);
  EXPECT_EQ(*document->root().integer("a", {1, 1}), 1);
  ASSERT_TRUE(write_file(path, std::string(Document::kSizeMax + 1, '#'), 0600));
  EXPECT_EQ(Document::load(path).error().code, ErrorCode::too_large);
  std::filesystem::remove(path);
  EXPECT_EQ(Document::load(path).error().code, ErrorCode::not_found);
}

TEST(Environment, ReplacesWhatIsSet) {
  ASSERT_EQ(::setenv("TINTYPE_TEST_A", "value", 1), 0);
  ASSERT_EQ(::setenv("TINTYPE_TEST_B", "${TINTYPE_TEST_A}", 1), 0);
  ASSERT_EQ(::unsetenv("TINTYPE_TEST_MISSING"), 0);
  Document document = parse(R"(
one = "a${TINTYPE_TEST_A}b${TINTYPE_TEST_A}"
once = "${TINTYPE_TEST_B}"
dollar = "$5 {x} $"
list = ["${TINTYPE_TEST_A}"]
missing = "${TINTYPE_TEST_MISSING}"
open = "${TINTYPE_TEST_A"
)");
  const Table root = document.root();
  EXPECT_EQ(*root.text("one"), "avaluebvalue");
  EXPECT_EQ(*root.text("once"), "${TINTYPE_TEST_A}");  // What comes in is not looked at again.
  EXPECT_EQ(*root.text("dollar"), "$5 {x} $");
  EXPECT_EQ(*root.texts("list"), std::vector<std::string>{"value"});
  EXPECT_EQ(root.text("missing").error().message,
            "t.toml:6: missing = \"${TINTYPE_TEST_MISSING}\": environment variable "
            "TINTYPE_TEST_MISSING is not set; set it");
  EXPECT_FALSE(root.text("open"));
}

TEST(ParseSizeBytes, KnowsItsUnits) {
  EXPECT_EQ(parse_size_bytes("0"), 0);
  EXPECT_EQ(parse_size_bytes("512B"), 512);
  EXPECT_EQ(parse_size_bytes("1kB"), 1000);
  EXPECT_EQ(parse_size_bytes("1 KiB"), 1024);
  EXPECT_EQ(parse_size_bytes("2GB"), 2'000'000'000);
  EXPECT_EQ(parse_size_bytes("3TB"), 3'000'000'000'000);
  EXPECT_EQ(parse_size_bytes("2TiB"), 2LL << 40);
  EXPECT_EQ(parse_size_bytes("8589934591GiB"), 8589934591LL << 30);
  for (const char* text : {"", "MiB", "-1MiB", "+1", "1.5MiB", "1mib", "1MIB", "0x10", " 1", "1 M",
                           "8589934592GiB", "99999999999999999999"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_size_bytes(text), std::nullopt);
  }
}

TEST(ParsePixels, KnowsItsUnits) {
  EXPECT_EQ(parse_pixels("500000"), 500'000);
  EXPECT_EQ(parse_pixels("100MP"), 100'000'000);
  for (const char* text : {"", "MP", "1GP", "1MiB", "-1MP"})
    EXPECT_EQ(parse_pixels(text), std::nullopt) << text;
}

TEST(ParseDuration, WantsAUnit) {
  EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(parse_duration("30s"), milliseconds(30'000));
  EXPECT_EQ(parse_duration("2h"), milliseconds(7'200'000));
  EXPECT_EQ(parse_duration("7d"), milliseconds(604'800'000));
  for (const char* text : {"", "5", "m", "5 minutes", "-5m", "5M", "1.5h", "99999999999999d"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace tintype::config
