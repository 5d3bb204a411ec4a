#include "stack/stack.h"

#include <gtest/gtest.h>

#include <string>

#include "stack/built_in.h"

namespace tintype {
namespace {

constexpr const char* kVariant =
    "[[collection.avatars.variant]]\n"
    "name = \"512\"\nwidth = 512\nheight = 512\n";

TEST(Stack, BuiltInIsTheAvatarsAndBannersOfAnApp) {
  const auto stack = parse_stack(kBuiltInStack, "built-in");
  ASSERT_TRUE(stack) << stack.error().message;
  EXPECT_EQ(stack->name, "tintype");
  EXPECT_EQ(stack->uploads_bucket.str(), "tintype-uploads");
  EXPECT_EQ(stack->assets_bucket.str(), "tintype-assets");
  EXPECT_TRUE(stack->app_origins.empty());
  ASSERT_EQ(stack->collections.size(), 2U);
  EXPECT_EQ(stack->collections[0].policy.route, "/avatars/key_upload");
  EXPECT_EQ(stack->collections[1].policy.route, "/banners/key_upload");
  EXPECT_EQ(stack->collections[0].images.variants.size(), 3U);
}

TEST(Stack, ReadsWhatIsWritten) {
  const auto stack = parse_stack(
      std::string("[stack]\nname = \"cruddur\"\napp_origins = [\"https://app.example.com\"]\n"
                  "[public]\nedge = \"https://cdn.example.com/\"\n"
                  "[buckets]\nuploads = \"in-box\"\ndisk_free_min = \"1GiB\"\n"
                  "[webhook.hook]\nurl = \"https://a.example/\"\nsecret = \"a secret\"\n"
                  "[queue.photos]\nurl = \"https://sqs.example/1/photos\"\n"
                  "access_key = \"AK\"\nsecret_key = \"SK\"\n"
                  "[edge]\ncache_max = \"1MiB\"\n"
                  "[collection.avatars]\nsource = \"keep\"\npixels_max = \"10MP\"\n") +
          kVariant,
      "test.toml");
  ASSERT_TRUE(stack) << stack.error().message;
  EXPECT_EQ(stack->name, "cruddur");
  EXPECT_EQ(stack->app_origins, std::vector<std::string>{"https://app.example.com"});
  EXPECT_EQ(stack->public_urls.edge, "https://cdn.example.com");
  EXPECT_EQ(stack->public_urls.gateway, "");
  EXPECT_EQ(stack->uploads_bucket.str(), "in-box");
  EXPECT_EQ(stack->assets_bucket.str(), "cruddur-assets");
  EXPECT_EQ(stack->edge_cache_bytes_max, 1U << 20);
  EXPECT_TRUE(stack->collections[0].images.keep_source);
  EXPECT_EQ(stack->disk_free_min, 1U << 30);
  ASSERT_EQ(stack->webhooks.size(), 1U);
  EXPECT_EQ(stack->webhooks[0].secret.reveal(), "a secret");
  EXPECT_EQ(stack->webhooks[0].time_max, std::chrono::seconds(10));
  ASSERT_EQ(stack->queues.size(), 1U);
  EXPECT_EQ(stack->queues[0].credentials.access_key_id, "AK");
  EXPECT_EQ(stack->queues[0].region, "us-east-1");
  EXPECT_EQ(stack->collections[0].images.limits.source_pixels_max, 10'000'000);
}

TEST(Stack, RefusesWithThePlaceAndTheRemedy) {
  const struct {
    const char* name;
    std::string text;
    const char* message;  // A part of it.
  } cases[] = {
      {"no TOML", "[stack", "test.toml:1"},
      {"no collection", "[stack]\n", "add [collection.avatars]"},
      {"a collection without variants", "[collection.avatars]\n", "add a [[collection.avatars"},
      {"an unknown section", std::string(kVariant) + "[colection.banners]\n", "colection"},
      {"a webhook nowhere", std::string(kVariant) + "[webhook.hook]\nurl = \"hook\"\n",
       "https://api.example.com/hooks/photos"},
      {"a receiver that is waited for too long",
       std::string(kVariant) + "[webhook.hook]\nurl = \"http://a/\"\ntimeout = \"2m\"\n",
       "write \"100ms\" to \"60s\""},
      {"a queue without a key", std::string(kVariant) + "[queue.q]\nurl = \"http://a/1/q\"\n",
       "access_key"},
      {"an unknown key", "[stack]\ntitle = \"x\"\n" + std::string(kVariant), "stack.title"},
      {"a name with a space", "[stack]\nname = \"a b\"\n", "test.toml:2: stack.name"},
      {"a profile that is none", "[stack]\nprofile = \"moon\"\n", "stack.profile"},
      {"an origin with a path", "[stack]\napp_origins = [\"https://a.example/\"]\n",
       "without '/' at the end"},
      {"every origin", "[stack]\napp_origins = [\"*\"]\n", "\"*\" is not possible"},
      {"a public address without scheme", "[public]\ns3 = \"s3.example.com\"\n", "not a URL"},
      {"a public address with a query", "[public]\ns3 = \"https://a.example?x\"\n", "not a URL"},
      {"a scheme alone", "[public]\ns3 = \"https://\"\n", "not a URL"},
      {"no bucket name", "[buckets]\nuploads = \"A\"\n", "no bucket name"},
      {"assets among uploads", "[buckets]\nuploads = \"one\"\nassets = \"one\"\n",
       "trigger the function again"},
      {"two variants of one name", std::string(kVariant) + kVariant,
       "another variant has this name"},
      {"two collections of one route",
       std::string(kVariant) +
           "[collection.banners]\nroute = \"/avatars/key_upload\"\n"
           "[[collection.banners.variant]]\nname = \"1\"\nwidth = 1\nheight = 1\n",
       "another collection has this route"},
      {"a source that is neither",
       "[collection.avatars]\nsource = \"burn\"\n" + std::string(kVariant),
       "collection.avatars.source"},
      {"a proxy that is no address",
       "[gateway]\ntrusted_proxies = [\"lb.example\"]\n" + std::string(kVariant),
       "gateway.trusted_proxies"},
      {"a range with bits behind it",
       "[gateway]\ntrusted_proxies = [\"10.0.0.1/8\"]\n" + std::string(kVariant),
       "bits behind the prefix"},
      {"a field that no proxy writes",
       "[gateway]\ntrusted_proxies_field = \"x-real-ip\"\n" + std::string(kVariant),
       "gateway.trusted_proxies_field"},
      {"a certificate without its key",
       "[gateway]\ntls_certificate = \"/a\"\n" + std::string(kVariant), "gateway.tls_certificate"},
      {"a key without its certificate", "[gateway]\ntls_key = \"/a\"\n" + std::string(kVariant),
       "gateway.tls_key"},
      {"a cache that is no size", "[edge]\ncache_max = \"much\"\n" + std::string(kVariant),
       "edge.cache_max"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto stack = parse_stack(c.text, "test.toml");
    ASSERT_FALSE(stack);
    EXPECT_EQ(stack.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(stack.error().message.find(c.message), std::string::npos) << stack.error().message;
  }
}

constexpr const char* kGateway = R"(
[gateway]
access_log = false
[throttle]
address = "50/s burst 100"
[function.hello]
url = "http://127.0.0.1:9001/x"
[[route]]
match = "ANY /api/{proxy+}"
http = "http://127.0.0.1:4567"
throttle = "100/s"
[[route]]
match = "$default"
authorizer = "none"
function = "hello"
[collection.avatars]
)";

TEST(Stack, ReadsTheGateway) {
  const auto stack = parse_stack(std::string(kGateway) + kVariant, "test.toml");
  ASSERT_TRUE(stack) << stack.error().message;
  EXPECT_FALSE(stack->gateway.access_log);
  EXPECT_EQ(stack->gateway.throttle.address->burst, 100);
  ASSERT_EQ(stack->gateway.routes.size(), 2U);
  EXPECT_EQ(stack->gateway.functions.size(), 1U);
  const std::string text = describe(*stack);
  for (const char* line :
       {"gateway.access_log false\n", "each address 50/s burst 100\n",
        "route ANY /api/{proxy+}\n  authorizer  jwt\n  http        http://127.0.0.1:4567\n",
        "route $default\n  authorizer  none\n  function    hello\n",
        "function.hello\n  url         http://127.0.0.1:9001/x\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
}

constexpr const char* kClient =
    "[[identity.client]]\nid = \"desk\"\nredirect_uris = [\"http://127.0.0.1/cb\"]\n";

TEST(Stack, ReadsTheEmbeddedIssuer) {
  const auto stack = parse_stack(std::string("[identity]\naccess_ttl = \"5m\"\n") + kClient +
                                     "[collection.avatars]\n" + kVariant,
                                 "test.toml");
  ASSERT_TRUE(stack) << stack.error().message;
  EXPECT_FALSE(stack->authorizers.identity);
  EXPECT_EQ(stack->issuer.access_ttl, std::chrono::minutes(5));
  ASSERT_EQ(stack->issuer.clients.size(), 1U);
  const std::string text = describe(*stack);
  for (const char* line : {"identity          the embedded issuer\n  access_ttl  300 s\n",
                           "  client      desk at [http://127.0.0.1/cb]\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
}

TEST(Stack, HasNoClientsOfAnIssuerElsewhere) {
  const auto stack =
      parse_stack(std::string("[identity]\nissuer = \"https://a.example\"\naudience = \"x\"\n") +
                      kClient + "[collection.avatars]\n" + kVariant,
                  "test.toml");
  ASSERT_FALSE(stack);
  EXPECT_NE(stack.error().message.find("identity.client"), std::string::npos)
      << stack.error().message;
}

TEST(Stack, RefusesRoutesThatContradictEachOther) {
  const struct {
    const char* name;
    std::string more;
    const char* message;
  } cases[] = {
      {"a function that is not there", "[[route]]\nmatch = \"GET /x\"\nfunction = \"bye\"\n",
       "there is no [function.bye]"},
      {"a route twice", "[[route]]\nmatch = \"$default\"\nfunction = \"hello\"\n",
       "another route has this"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto stack = parse_stack(std::string(kGateway) + kVariant + c.more, "test.toml");
    ASSERT_FALSE(stack);
    EXPECT_NE(stack.error().message.find(c.message), std::string::npos) << stack.error().message;
    EXPECT_TRUE(stack.error().message.starts_with("test.toml:")) << stack.error().message;
  }
}

TEST(Stack, SaysWhatEachSettingBecame) {
  const auto stack = parse_stack(kBuiltInStack, "built-in");
  ASSERT_TRUE(stack);
  const std::string text = describe(*stack);
  for (const char* line : {"stack file        built-in\n", "buckets.uploads   tintype-uploads\n",
                           "collection.avatars\n  route       POST /avatars/key_upload\n",
                           "  size_max    15728640 bytes\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
}

}  // namespace
}  // namespace tintype
