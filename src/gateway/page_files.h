#pragma once

#include <string_view>
#include <vector>

namespace tintype::gateway {

/// A file of the app (web/app), compiled in by web/app/embed.mjs.
struct PageFile {
  std::string_view name;  ///< "index.html", "assets/index-4MpxLjFr.js"
  std::string_view content;
  std::string_view gzip;    ///< The same, compressed; empty where that saves nothing.
  std::string_view brotli;  ///< The same.
};

std::vector<PageFile> page_files();

}  // namespace tintype::gateway
