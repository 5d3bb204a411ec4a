// The configurations of buckets and objects that S3 knows and nobody can make here: asked for one,
// S3's own answer that there is none. Clients ask for them all (Terraform, aws-cli's sync).
#include <array>
#include <optional>
#include <string_view>

#include "bucket/s3/operations.h"
#include "bucket/s3/request/require_bucket.h"
#include "bucket/s3/request/version_id.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

struct Configuration {
  std::string_view parameter;
  std::optional<S3Error> missing;  ///< None: an empty document is the answer.
  std::string_view root = {};
};

constexpr std::array<Configuration, 8> kConfigurations = {{
    {"website", S3Error::no_such_website_configuration},
    {"replication", S3Error::replication_configuration_not_found},
    {"encryption", S3Error::server_side_encryption_configuration_not_found},
    {"object-lock", S3Error::object_lock_configuration_not_found},
    {"retention", S3Error::no_such_object_lock_configuration},
    {"legal-hold", S3Error::no_such_object_lock_configuration},
    {"logging", std::nullopt, "BucketLoggingStatus"},
    {"accelerate", std::nullopt, "AccelerateConfiguration"},
}};

}  // namespace

S3Answer get_not_configured(const S3Service& service, const S3Call& call) {
  if (call.route.key) {
    CO_TRY_LET(const ObjectName name, object_name_of(call));
    CO_TRY(co_await head_named(service, name));
  }
  CO_TRY(co_await require_bucket(service, call));
  for (const Configuration& configuration : kConfigurations) {
    if (!call.request.query.has(configuration.parameter)) continue;
    if (configuration.missing) co_return refuse(*configuration.missing);
    xml::Writer writer;
    writer.open(configuration.root, kXmlNamespace);
    co_return xml_response(200, std::move(writer).finish());
  }
  // Who asks pays for nothing: requestPayment.
  xml::Writer writer;
  writer.open("RequestPaymentConfiguration", kXmlNamespace).text("Payer", "BucketOwner");
  co_return xml_response(200, std::move(writer).finish());
}

}  // namespace tintype::bucket
