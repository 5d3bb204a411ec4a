// How S3 spells things: what the endpoint and a client of another one share.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace tintype::bucket {

inline constexpr std::string_view kXmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";
/// Before the name of a metadatum; lower-case.
inline constexpr std::string_view kMetadataPrefix = "x-amz-meta-";
/// The header fields that an object is given out with again (ObjectInfo::headers); lower-case.
inline constexpr std::array<std::string_view, 5> kKeptFields = {
    "content-disposition", "content-encoding", "content-language", "expires",
    "x-amz-website-redirect-location"};

/// "\"abc\"" is abc, and so is abc.
std::string_view without_quotes(std::string_view etag);

/// <Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag>...</TagSet></Tagging>
std::string write_tagging_document(const std::map<std::string, std::string>& tags);

}  // namespace tintype::bucket
