#include "node/contract.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "base/json.h"

namespace tintype {
namespace {

namespace json = boost::json;

TEST(Contract, HasAPathForEachCollection) {
  const auto text =
      contract_of(kContractDocument, {.collections = {{.name = "avatars", .route = "/avatars/key"},
                                                      {.name = "banners", .route = "/b"}}});
  ASSERT_TRUE(text) << text.error().message;
  const auto contract = parse_json_object(*text);
  ASSERT_TRUE(contract);
  const json::object& paths = contract->at("paths").as_object();
  ASSERT_TRUE(paths.contains("/avatars/key"));
  ASSERT_TRUE(paths.contains("/b"));
  EXPECT_EQ(text->find("{collection}"), std::string::npos);
  EXPECT_EQ(paths.at("/b").at("post").at("operationId"), "keyUpload_banners");
  for (const json::value& parameter : paths.at("/b").at("post").at("parameters").as_array())
    EXPECT_NE(parameter.at("in"), "path") << "the collection is filled in";

  std::set<std::string> ids;
  std::size_t count = 0;
  for (const auto& item : paths) {
    for (const auto& operation : item.value().as_object()) {
      ids.insert(std::string(operation.value().at("operationId").as_string()));
      ++count;
    }
  }
  EXPECT_EQ(ids.size(), count) << "each operationId once";
}

TEST(Contract, HasNoSignInWhereNobodySignsIn) {
  for (const bool embedded : {true, false}) {
    const auto text =
        contract_of(kContractDocument, {.collections = {}, .embedded_issuer = embedded});
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(text->find("/auth/sign_in") != std::string::npos, embedded);
    EXPECT_NE(text->find("/api/profile"), std::string::npos);
  }
}

TEST(Contract, IsRefusedIfItIsNone) {
  for (const char* text : {"", "[]", "{}", R"({"paths":[]})", R"({"paths":{},"paths":{}})"})
    EXPECT_FALSE(contract_of(text, {})) << text;
}

}  // namespace
}  // namespace tintype
