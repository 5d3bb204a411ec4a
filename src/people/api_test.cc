#include "people/api.h"

#include "base/json.h"
#include "base/random.h"
#include "http/client.h"
#include "people/exchange.h"
#include "people/prose.h"
#include "people/test_people.h"
#include "upload/test_upload.h"

namespace tintype::people::test {
namespace {

namespace json = boost::json;

class FakePictures final : public Pictures {
 public:
  OfPersons pictures;
  int query_count = 0;

  Result<OfPersons> current(std::string_view /*collection*/,
                            const std::vector<std::string>& subs) override {
    ++query_count;
    OfPersons found;
    for (const std::string& sub : subs)
      if (const auto at = pictures.find(sub); at != pictures.end()) found.insert(*at);
    return found;
  }
  std::string alias_url(std::string_view collection, std::string_view sub,
                        std::string_view variant) override {
    return "http://edge/" + std::string(collection) + "/" + std::string(sub) + "/" +
           std::string(variant);
  }
};

class NoBelongings final : public Belongings {
 public:
  Status disown(sql::Session& /*session*/, std::string_view /*sub*/, Instant /*now*/) override {
    return {};
  }
  Status sign_out(sql::Session& /*session*/, std::string_view /*sub*/) override { return {}; }
  Status order(sql::Session& /*session*/, std::string_view /*sub*/, Instant /*due*/) override {
    return {};
  }
  void ordered() override {}
  Status remove_files(std::string_view /*sub*/) override { return {}; }
  Status forget(sql::Session& /*session*/, std::string_view /*sub*/) override { return {}; }
};

/// The routes as cmd/tintype makes them, but for the authorizer: who asks says so in `X-Sub`.
class ApiTest : public ::testing::Test {
 protected:
  ApiTest() : served_([this](http::Request& request) { return route(request); }) {}

  Task<http::Response> route(http::Request& request) {
    const Caller who = caller(std::string(request.headers.find("X-Sub").value_or("ada")));
    const std::string rest(request.path.substr(request.path.rfind('/') + 1));
    const std::string& method = request.method;
    if (request.path == "/profile") {
      if (method == "PUT") return api_.put_profile(request, who);
      if (method == "DELETE") return api_.delete_profile(request, who);
      return api_.own_profile(request, who);
    }
    if (request.path == "/activities") {
      if (method == "POST") return api_.tell(request, who);
      return api_.feed(request);
    }
    if (request.path.starts_with("/activities/")) {
      if (method == "DELETE") return api_.delete_activity(request, who, rest);
      return api_.activity(request, rest);
    }
    if (request.path.starts_with("/feed/")) return api_.feed_of(request, rest);
    return api_.person(request, rest);
  }

  http::ClientResponse ask(const std::string& method, const std::string& path,
                           http::Headers headers = {}, std::string body = {}) {
    auto answer = client_.send({.method = method,
                                .url = served_.url() + path,
                                .headers = std::move(headers),
                                .body = std::move(body)});
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *std::move(answer) : http::ClientResponse{};
  }
  http::ClientResponse put(const std::string& body, const std::string& if_match = "*") {
    return ask("PUT", "/profile", {{"Content-Type", "application/json"}, {"If-Match", if_match}},
               body);
  }
  http::ClientResponse tell(const std::string& body, const std::string& sub = "ada") {
    return ask("POST", "/activities", {{"Content-Type", "application/json"}, {"X-Sub", sub}}, body);
  }
  static json::object read(const http::ClientResponse& answer) {
    auto object = parse_json_object(answer.body);
    EXPECT_TRUE(object) << answer.body;
    return object ? *std::move(object) : json::object();
  }

  upload::test::TemporaryDatabase database_;
  FixedClock clock_{kNow};
  FakePictures pictures_;
  NoBelongings belongings_;
  BlockingPool pool_{BlockingPool::Options{.threads = 2}};
  Persons persons_{*database_, clock_};
  Activities activities_{*database_, persons_, clock_};
  Deletions deletions_{*database_, belongings_, clock_};
  Documents documents_{
      {.avatar = PictureKind{.collection = "avatars", .variants = {"512", "48"}}, .banner = {}},
      pictures_};
  Api api_{{.persons = persons_,
            .activities = activities_,
            .deletions = deletions_,
            .documents = documents_,
            .pool = pool_}};
  http::Client client_;
  upload::test::Served served_;  // Last: its requests use the rest.
};

TEST_F(ApiTest, ProfileHasThePicturesThatAreCurrent) {
  pictures_.pictures["ada"] = {{"512", "image/jpeg", "http://edge/1.jpg", 512, 512, 31000},
                               {"48", "image/webp", "http://edge/2.webp", 48, 48, 900},
                               {"512", "image/webp", "http://edge/3.webp", 512, 512, 20000}};
  const auto answer = ask("GET", "/profile");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.find("ETag"), "\"1\"");
  EXPECT_EQ(answer.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(read(answer).at("banner"), nullptr);
  const json::value avatar = read(answer).at("avatar");
  EXPECT_EQ(
      json::serialize(avatar),
      R"({"is_default":false,"variants":[{"name":"512","alias":"http://edge/avatars/ada/512",)"
      R"("assets":[{"url":"http://edge/1.jpg","type":"image/jpeg","width":512,"height":512,)"
      R"("size":31000},{"url":"http://edge/3.webp","type":"image/webp","width":512,)"
      R"("height":512,"size":20000}]},{"name":"48","alias":"http://edge/avatars/ada/48",)"
      R"("assets":[{"url":"http://edge/2.webp","type":"image/webp","width":48,"height":48,)"
      R"("size":900}]}]})");
}

TEST_F(ApiTest, ProfileIsReplacedByWhoReadIt) {
  ask("GET", "/profile");
  const std::string body = R"({"handle":"Ada_L","display_name":" Ada ","bio":"a\r\nb"})";
  const auto saved = put(body, "\"1\"");
  EXPECT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(saved.headers.find("ETag"), "\"2\"");
  EXPECT_EQ(read(saved).at("handle"), "ada_l");
  EXPECT_EQ(read(saved).at("display_name"), "Ada");
  EXPECT_EQ(read(saved).at("bio"), "a\nb");
  EXPECT_EQ(put(body, "\"1\"").status, 412);
  EXPECT_EQ(put(body, "W/\"2\"").status, 412) << "compared strongly";
  EXPECT_EQ(put(body, "\"9\", \"2\"").status, 200);
  EXPECT_EQ(ask("PUT", "/profile", {{"Content-Type", "application/json"}}, body).status, 428);
  EXPECT_EQ(ask("GET", "/people/ADA_L").status, 200);
  EXPECT_EQ(ask("GET", "/people/ada").status, 404);
}

TEST_F(ApiTest, BadProfilesAreRefusedWithEveryFault) {
  const std::string rest = R"("display_name":"Ada","bio":"")";
  const struct {
    const char* name;
    std::string body;
    int status;
    std::vector<const char*> pointers;
  } cases[] = {
      {"empty", "", 400, {}},
      {"no JSON", "{", 400, {}},
      {"an array", "[]", 400, {}},
      {"a text", "\"x\"", 400, {}},
      {"two documents", "{} {}", 400, {}},
      {"a name twice", R"({"bio":"a","bio":"b"})", 400, {}},
      {"a name twice, spelled otherwise", R"({"bio":"a","b\u0069o":"b"})", 400, {}},
      {"deep", std::string(33, '[') + std::string(33, ']'), 400, {}},
      {"too deep inside",
       R"({"bio":)" + std::string(40, '[') + std::string(40, ']') + "}",
       400,
       {}},
      {"no UTF-8", "{\"bio\":\"\xff\"}", 400, {}},
      {"a lone surrogate", R"({"bio":"\ud800"})", 400, {}},
      {"a comment", "{/**/}", 400, {}},
      {"too large", "{\"bio\":\"" + std::string(Api::kBodySizeMax, 'a') + "\"}", 413, {}},
      {"nothing in it", "{}", 422, {"#/handle", "#/display_name", "#/bio"}},
      {"null", R"({"handle":null,)" + rest + "}", 422, {"#/handle"}},
      {"a number", R"({"handle":1,)" + rest + "}", 422, {"#/handle"}},
      {"a list", R"({"handle":["ada"],)" + rest + "}", 422, {"#/handle"}},
      {"an object", R"({"handle":{"$ne":1},)" + rest + "}", 422, {"#/handle"}},
      {"an unknown field", R"({"handle":"ada","is_admin":true,)" + rest + "}", 422, {"#/is_admin"}},
      {"somebody else's sub", R"({"handle":"ada","sub":"grace",)" + rest + "}", 422, {"#/sub"}},
      {"a name in another case", R"({"Handle":"ada",)" + rest + "}", 422, {"#/handle", "#/Handle"}},
      {"a name that must be escaped",
       R"({"handle":"ada","a/~ ü":1,)" + rest + "}",
       422,
       {"#/a~1~0%20%C3%BC"}},
      {"a reserved word", R"({"handle":"API",)" + rest + "}", 422, {"#/handle"}},
      {"a look-alike", R"({"handle":"\u0430da",)" + rest + "}", 422, {"#/handle"}},
      {"an invisible name",
       R"({"handle":"ada","display_name":"\u200b","bio":""})",
       422,
       {"#/display_name"}},
      {"NUL", R"({"handle":"ada","display_name":"a\u0000","bio":""})", 422, {"#/display_name"}},
      {"three faults",
       R"({"handle":"a","display_name":"","bio":7})",
       422,
       {"#/handle", "#/display_name", "#/bio"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = put(c.body);
    EXPECT_EQ(answer.status, c.status) << answer.body;
    EXPECT_EQ(answer.headers.find("Content-Type"), "application/problem+json");
    std::vector<std::string> pointers;
    if (const json::object problem = read(answer); problem.contains("errors"))
      for (const json::value& error : problem.at("errors").as_array())
        pointers.emplace_back(error.at("pointer").as_string());
    EXPECT_EQ(pointers, std::vector<std::string>(c.pointers.begin(), c.pointers.end()));
  }
  EXPECT_EQ(read(ask("GET", "/profile")).at("bio"), "") << "nothing of it happened";
}

TEST_F(ApiTest, OnlyJsonIsRead) {
  const std::string body = R"({"text":"t"})";
  for (const char* type : {"application/json", "Application/JSON; charset=utf-8"})
    EXPECT_EQ(ask("POST", "/activities", {{"Content-Type", type}}, body).status, 201) << type;
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                           "multipart/form-data; boundary=x", ""})
    EXPECT_EQ(ask("POST", "/activities", {{"Content-Type", type}}, body).status, 415) << type;
}

TEST_F(ApiTest, AHandleIsOnePersons) {
  ask("GET", "/profile", {{"X-Sub", "grace"}});
  put(R"({"handle":"ada","display_name":"Ada","bio":""})");
  const auto taken =
      ask("PUT", "/profile",
          {{"Content-Type", "application/json"}, {"If-Match", "*"}, {"X-Sub", "grace"}},
          R"({"handle":"ADA","display_name":"Ada","bio":""})");
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(read(taken).at("code"), "handle_taken");
}

TEST_F(ApiTest, TellsAndReplies) {
  const auto told = tell(R"({"text":" hello "})");
  EXPECT_EQ(told.status, 201) << told.body;
  const json::object activity = read(told);
  EXPECT_EQ(activity.at("text"), "hello");
  EXPECT_EQ(activity.at("reply_to"), nullptr);
  const std::string id(activity.at("id").as_string());
  EXPECT_EQ(told.headers.find("Location"), "/api/activities/" + id);
  const auto reply = tell(R"({"text":"hi","reply_to":")" + id + "\"}", "grace");
  EXPECT_EQ(read(reply).at("reply_to"), id.c_str());
  EXPECT_EQ(ask("GET", "/activities/" + id).status, 200);

  const char* const bad[] = {R"({})",
                             R"({"text":""})",
                             R"({"text":" \n"})",
                             R"({"text":null})",
                             R"({"text":["a"]})",
                             R"({"text":"t","author":"grace"})",
                             R"({"text":"t","reply_to":"x"})",
                             R"({"text":"t","reply_to":7})",
                             R"({"text":"t","reply_to":"00000000000000000000000000"})"};
  for (const char* body : bad) EXPECT_EQ(tell(body).status, 422) << body;
  const std::string longest(kActivityRule.length_max, 'a');
  EXPECT_EQ(tell("{\"text\":\"" + longest + "\"}").status, 201);
  EXPECT_EQ(tell("{\"text\":\"" + longest + "a\"}").status, 422);
}

TEST_F(ApiTest, APageCostsOneQueryForAllPictures) {
  for (const char* sub : {"ada", "grace", "ada"}) tell(R"({"text":"t"})", sub);
  pictures_.pictures["grace"] = {{"48", "image/jpeg", "http://edge/g.jpg", 48, 48, 900}};
  pictures_.query_count = 0;
  const json::object page = read(ask("GET", "/activities?limit=2"));
  EXPECT_EQ(pictures_.query_count, 1);
  ASSERT_EQ(page.at("activities").as_array().size(), 2U);
  const std::string next(page.at("next").as_string());
  const json::object rest = read(ask("GET", "/activities?limit=2&cursor=" + next));
  EXPECT_EQ(rest.at("activities").as_array().size(), 1U);
  EXPECT_EQ(rest.at("next"), nullptr);
  const std::string of_grace =
      ask("GET", "/feed/" + std::string(persons_.own(caller("grace"))->handle)).body;
  EXPECT_NE(of_grace.find("http://edge/g.jpg"), std::string::npos) << of_grace;
  EXPECT_EQ(ask("GET", "/feed/nobody_here").status, 404);
}

TEST_F(ApiTest, BadPagesAreRefused) {
  for (const char* query :
       {"limit=0", "limit=101", "limit=-1", "limit=x", "limit=", "limit=1.5",
        "limit=99999999999999999999", "cursor=", "cursor=x", "cursor=MTo", "cursor=%27%20OR%201"})
    EXPECT_EQ(ask("GET", "/activities?" + std::string(query)).status, 400) << query;
  for (const char* query : {"limit=1", "limit=100", "other=1", ""})
    EXPECT_EQ(ask("GET", "/activities?" + std::string(query)).status, 200) << query;
}

TEST_F(ApiTest, AnActivityIsDeletedByWhoToldIt) {
  const std::string id(read(tell(R"({"text":"t"})")).at("id").as_string());
  const auto refused = ask("DELETE", "/activities/" + id, {{"X-Sub", "grace"}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(read(refused).at("code"), "not_yours");
  EXPECT_EQ(ask("DELETE", "/activities/" + id).status, 204);
  EXPECT_EQ(ask("DELETE", "/activities/" + id).status, 404);
  EXPECT_EQ(ask("GET", "/activities/" + id).status, 404);
  EXPECT_EQ(ask("GET", "/activities/" + make_id()).status, 404);
  EXPECT_EQ(ask("DELETE", "/activities/x").status, 404);
}

TEST_F(ApiTest, WhoWasDeletedIsGone) {
  tell(R"({"text":"t"})");
  EXPECT_EQ(ask("DELETE", "/profile").status, 204);
  EXPECT_EQ(ask("DELETE", "/profile").status, 204) << "twice is once";
  EXPECT_EQ(ask("GET", "/profile").status, 410);
  EXPECT_EQ(put(R"({"handle":"ada","display_name":"A","bio":""})").status, 410);
  EXPECT_EQ(tell(R"({"text":"t"})").status, 410);
  EXPECT_TRUE(read(ask("GET", "/activities")).at("activities").as_array().empty());
}

TEST_F(ApiTest, TooManyActivitiesWait) {
  for (std::int64_t i = 0; i < Activities::kPerMinuteMax; ++i)
    EXPECT_EQ(tell(R"({"text":"t"})").status, 201);
  const auto over = tell(R"({"text":"t"})");
  EXPECT_EQ(over.status, 429);
  EXPECT_EQ(over.headers.find("Retry-After"), "60");
}

}  // namespace
}  // namespace tintype::people::test
