#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

#include "stack/describe.h"
#include "stack/describe_authorizers.h"

namespace tintype {
namespace {

std::string describe_collection(const Stack::Collection& collection) {
  const auto& [policy, images] = collection;
  std::string text = fmt::format("collection.{}\n  route       POST {}\n  types       [{}]\n",
                                 images.name, policy.route, fmt::join(policy.types, ", "));
  text +=
      fmt::format("  size_max    {} bytes\n  pixels_max  {}\n  slot_ttl    {} s\n", policy.size_max,
                  images.limits.source_pixels_max, policy.slot_ttl.count() / 1000);
  std::vector<std::string_view> methods;
  for (const upload::Method method : policy.methods) methods.push_back(to_string(method));
  text +=
      fmt::format("  methods     [{}], parts of {} bytes within {} s\n", fmt::join(methods, ", "),
                  policy.part_size, policy.multipart_ttl.count() / 1000);
  text +=
      fmt::format("  an owner    {} slots waiting, {} an hour, {} bytes a day\n",
                  policy.limits.waiting_max, policy.limits.per_hour, policy.limits.bytes_per_day);
  text += fmt::format("  source      {}\n", images.keep_source ? "keep" : "delete");
  for (const image::Variant& variant : images.variants) {
    std::vector<std::string_view> formats;
    for (const image::Format format : variant.formats) formats.push_back(to_string(format));
    text += fmt::format("  variant     {}: {} in [{}]\n", variant.name, to_string(variant.plan),
                        fmt::join(formats, ", "));
  }
  return text;
}

}  // namespace

std::string describe(const Stack& stack) {
  std::string text =
      fmt::format("stack file        {}\nstack.name        {}\n", stack.source, stack.name);
  text += fmt::format("stack.app_origins [{}]\n", fmt::join(stack.app_origins, ", "));
  text += fmt::format("buckets.uploads   {}\nbuckets.assets    {}\n", stack.uploads_bucket.str(),
                      stack.assets_bucket.str());
  if (const auto& account = stack.assets_account)
    text +=
        fmt::format("buckets.assets_at remote.{}: {}, region {}, access key {}\n", account->name,
                    account->origin, account->region, account->credentials.access_key_id);
  text += fmt::format("buckets.signature_v2 {}\n", stack.signature_v2);
  text += fmt::format("buckets.cache_max {} bytes\n", stack.bucket_cache_bytes_max);
  text += fmt::format("buckets.disk_free_min {} bytes\n", stack.disk_free_min);
  text += fmt::format("edge.cache_max    {} bytes\n", stack.edge_cache_bytes_max);
  for (const function::WebhookOptions& webhook : stack.webhooks)
    text += fmt::format("webhook.{} {}, {}\n", webhook.name, webhook.url,
                        webhook.secret.empty() ? "not signed" : "signed");
  for (const function::SqsQueueOptions& queue : stack.queues)
    text += fmt::format("queue.{} {} in {}\n", queue.name, queue.url, queue.region);
  text += describe_authorizers(stack.authorizers, stack.issuer);
  for (const Stack::Collection& collection : stack.collections)
    text += describe_collection(collection);
  return text + describe(stack.gateway);
}

}  // namespace tintype
