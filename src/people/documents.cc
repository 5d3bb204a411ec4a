#include "people/documents.h"

#include <set>
#include <utility>

namespace tintype::people {

namespace json = boost::json;

Result<Pictures::OfPersons> Documents::current(const std::optional<PictureKind>& kind,
                                               const std::vector<std::string>& subs) {
  if (!kind || subs.empty()) return Pictures::OfPersons();
  return pictures_.current(kind->collection, subs);
}

json::value Documents::picture(const std::optional<PictureKind>& kind, const std::string& sub,
                               const Pictures::OfPersons& current) {
  if (!kind) return nullptr;
  const auto at = current.find(sub);
  json::array variants;
  for (const std::string& name : kind->variants) {
    json::array assets;
    if (at != current.end()) {
      for (const Picture& asset : at->second) {
        if (asset.variant != name) continue;
        assets.push_back({{"url", asset.url},
                          {"type", asset.type},
                          {"width", asset.width},
                          {"height", asset.height},
                          {"size", asset.size}});
      }
    }
    variants.push_back({{"name", name},
                        {"alias", pictures_.alias_url(kind->collection, sub, name)},
                        {"assets", std::move(assets)}});
  }
  return json::object{{"is_default", at == current.end()}, {"variants", std::move(variants)}};
}

Result<std::string> Documents::person(const Profile& profile) {
  TRY_LET(const auto avatars, current(kinds_.avatar, {profile.sub}));
  TRY_LET(const auto banners, current(kinds_.banner, {profile.sub}));
  return json::serialize(json::object{{"handle", profile.handle},
                                      {"display_name", profile.display_name},
                                      {"bio", profile.bio},
                                      {"avatar", picture(kinds_.avatar, profile.sub, avatars)},
                                      {"banner", picture(kinds_.banner, profile.sub, banners)},
                                      {"created_at", to_rfc3339(profile.created_at)},
                                      {"updated_at", to_rfc3339(profile.updated_at)}});
}

json::object Documents::activity(const Activity& activity, const Pictures::OfPersons& avatars) {
  return {{"id", activity.id},
          {"text", activity.text},
          {"reply_to", activity.reply_to ? json::value(*activity.reply_to) : json::value(nullptr)},
          {"created_at", to_rfc3339(activity.created_at)},
          {"author",
           {{"handle", activity.author.handle},
            {"display_name", activity.author.display_name},
            {"avatar", picture(kinds_.avatar, activity.author.sub, avatars)}}}};
}

Result<std::string> Documents::activity(const Activity& activity) {
  TRY_LET(const auto avatars, current(kinds_.avatar, {activity.author.sub}));
  return json::serialize(this->activity(activity, avatars));
}

Result<std::string> Documents::page(const Activities::Page& page) {
  std::set<std::string> authors;
  for (const Activity& activity : page.activities) authors.insert(activity.author.sub);
  TRY_LET(const auto avatars, current(kinds_.avatar, {authors.begin(), authors.end()}));
  json::array activities;
  for (const Activity& activity : page.activities)
    activities.push_back(this->activity(activity, avatars));
  json::value next = nullptr;
  if (page.more) next = write_cursor(page.activities.back().id);
  return json::serialize(
      json::object{{"activities", std::move(activities)}, {"next", std::move(next)}});
}

}  // namespace tintype::people
