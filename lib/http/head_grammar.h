// Beast's parser of heads, request or response, which tells what it reads by calls. Only the two
// parsers of heads include this.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <limits>

#include "http/message.h"
#include "http/request_head.h"

namespace tintype::http {

/// It never sees a body, and whoever reads the bytes limits heads and bodies.
template <bool kIsRequest>
class HeadGrammar : public boost::beast::http::basic_parser<kIsRequest> {
 protected:
  using ErrorOfBeast = boost::beast::error_code;
  using Text = boost::beast::string_view;

  HeadGrammar() {
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->body_limit(boost::none);
  }

  virtual Headers& headers() = 0;

  void on_field_impl(boost::beast::http::field, Text name, Text value, ErrorOfBeast& error) final {
    if (headers().count() == kFieldCountMax) error = boost::beast::http::error::header_limit;
    headers().add({name.data(), name.size()}, {value.data(), value.size()});
  }
  void on_request_impl(boost::beast::http::verb, Text, Text, int, ErrorOfBeast&) override {}
  void on_response_impl(int, Text, int, ErrorOfBeast&) override {}
  void on_header_impl(ErrorOfBeast&) final {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorOfBeast&) final {}
  std::size_t on_body_impl(Text, ErrorOfBeast&) final { return 0; }
  void on_chunk_header_impl(std::uint64_t, Text, ErrorOfBeast&) final {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text, ErrorOfBeast&) final { return 0; }
  void on_finish_impl(ErrorOfBeast&) final {}
};

}  // namespace tintype::http
