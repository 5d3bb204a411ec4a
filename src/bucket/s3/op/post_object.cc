// PostObject: an HTML form that uploads a file.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
//
//   POST /bucket, multipart/form-data:
//     key, policy, x-amz-algorithm, x-amz-credential, x-amz-date, x-amz-signature, ...  then file
//
// The form's own fields say who lets it be sent, so it is verified here and not on its way here:
// all fields first, then the file goes where they allow it to.
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/form_parser.h"
#include "bucket/s3/request/post_form.h"
#include "bucket/s3/request/receive_body.h"
#include "bucket/s3/request/version_id.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

S3Fault form_fault_of(Error error) {
  S3Error code = S3Error::malformed_post_request;
  if (error.code == ErrorCode::too_large) code = S3Error::max_post_pre_data_length_exceeded;
  if (error.code == ErrorCode::conflict) code = S3Error::incorrect_number_of_files;
  return {.error = code, .message = {}, .cause = std::move(error.message)};
}

/// The next event that is not a wish for more.
Task<S3Result<FormParser::Event>> next_event(const S3Call& call, FormParser& parser) {
  for (;;) {
    auto event = parser.next();
    if (!event) co_return std::unexpected(form_fault_of(std::move(event).error()));
    if (!std::holds_alternative<FormParser::NeedMore>(*event)) co_return *std::move(event);
    const auto bytes = co_await call.request.body->read();
    if (!bytes) co_return std::unexpected(body_fault_of(bytes.error()));
    if (bytes->empty()) co_return refuse(S3Error::malformed_post_request, "The form has no end.");
    parser.feed(*bytes);
  }
}

struct FieldsAndName {
  FormFields fields;
  std::string file_name;
};

/// All fields up to the file.
Task<S3Result<FieldsAndName>> read_fields(const S3Call& call, FormParser& parser) {
  FieldsAndName read;
  for (;;) {
    CO_TRY_LET(FormParser::Event event, co_await next_event(call, parser));
    if (auto* field = std::get_if<FormParser::Field>(&event)) {
      if (!read.fields.add(field->name, std::move(field->value)))
        co_return refuse(S3Error::invalid_argument, "A field is there twice.");
    } else if (auto* file = std::get_if<FormParser::FileBegin>(&event)) {
      read.file_name = std::move(file->file_name);
      co_return read;
    } else {
      co_return refuse(S3Error::incorrect_number_of_files);
    }
  }
}

/// The file, and what follows it: fields there are ignored, as S3 does, and a second file refused.
Task<S3Result<void>> receive_file(const S3Service& service, const S3Call& call, FormParser& parser,
                                  const PostForm& form, Upload& upload) {
  std::optional<Checksum> checksum;
  if (form.checksum) checksum.emplace(form.checksum->kind);
  for (;;) {
    CO_TRY_LET(const FormParser::Event event, co_await next_event(call, parser));
    if (std::holds_alternative<FormParser::End>(event)) break;
    const auto* const data = std::get_if<FormParser::FileData>(&event);
    if (data == nullptr) continue;
    if (data->bytes.size() > form.size_max - upload.size())
      co_return refuse(S3Error::entity_too_large, "The file is larger than the policy's " +
                                                      std::to_string(form.size_max) + " bytes.");
    CO_TRY(to_s3(co_await service.pool.run([&] {
      if (checksum) checksum->update(data->bytes);
      return upload.write(data->bytes);
    })));
  }
  if (upload.size() < form.size_min)
    co_return refuse(S3Error::entity_too_small, "The file is smaller than the policy's " +
                                                    std::to_string(form.size_min) + " bytes.");
  if (form.md5_hex && *form.md5_hex != upload.md5_hex()) co_return refuse(S3Error::bad_digest);
  if (checksum && to_base64(as_bytes(checksum->finish())) != form.checksum->base64)
    co_return refuse(S3Error::bad_digest);
  if (checksum) upload.set_checksum(*form.checksum);
  co_return S3Result<void>();
}

http::Response write_answer(const PostForm& form, const ObjectInfo& object) {
  const std::string etag = '"' + object.etag + '"';
  if (!form.success_redirect.empty()) {
    const char mark = form.success_redirect.find('?') == std::string::npos ? '?' : '&';
    return make_response(
        303, {{"ETag", etag},
              {"Location",
               form.success_redirect + mark + "bucket=" + percent_encode(object.bucket.str()) +
                   "&key=" + percent_encode(object.key.str()) + "&etag=" + percent_encode(etag)}});
  }
  http::Response response = make_response(form.success_status);
  if (form.success_status == 201) {
    xml::Writer writer;
    writer.open("PostResponse")
        .text("Location", location_of(object))
        .text("Bucket", object.bucket.str())
        .text("Key", object.key.str())
        .text("ETag", etag);
    response = xml_response(201, std::move(writer).finish());
  }
  response.headers.set("ETag", etag);
  add_version_id(response.headers, object);
  response.headers.set("Location", location_of(object));
  return response;
}

}  // namespace

S3Answer post_object(const S3Service& service, const S3Call& call) {
  const Instant begun_at = service.clock.now();
  if (!call.request.content_length) co_return refuse(S3Error::missing_content_length);
  auto parser = FormParser::make(call.request.headers.find("Content-Type").value_or(""));
  // Anything else that is posted to a bucket is an anonymous request to a private one.
  if (!parser && call.request.headers.has("Authorization"))
    co_return refuse(S3Error::not_implemented);
  if (!parser) co_return std::unexpected(form_fault_of(std::move(parser).error()));

  CO_TRY_LET(const FieldsAndName read, co_await read_fields(call, *parser));
  CO_TRY_LET(const PostForm form,
             co_await parse_post_form(read.fields, read.file_name, service, call));
  CO_TRY(co_await authorize(service, call.request, form.caller, "s3:PutObject", call.bucket(),
                            &form.key));
  auto begun = co_await service.pool.run(
      [&] { return service.store.begin(call.bucket(), form.key, form.options); });
  if (!begun) co_return std::unexpected(co_await refusal_of(service, call, begun.error()));
  std::unique_ptr<Upload> upload = *std::move(begun);

  if (auto received = co_await receive_file(service, call, *parser, form, *upload); !received) {
    discard(service.pool, std::move(upload));
    co_return std::unexpected(std::move(received).error());
  }
  const auto object = co_await service.pool.run([&] { return upload->commit(); });
  if (!object) {
    discard(service.pool, std::move(upload));
    co_return std::unexpected(co_await refusal_of(service, call, object.error()));
  }
  log(LogLevel::info, "object stored",
      {{"request", call.request.id},
       {"bucket", call.bucket().str()},
       {"key", form.key.str()},
       {"size", object->size},
       {"duration_ms", (service.clock.now() - begun_at).count()}});
  co_return write_answer(form, *object);
}

}  // namespace tintype::bucket
