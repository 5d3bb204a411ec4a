#pragma once

#include <string_view>
#include <vector>

namespace tintype::gateway {

/// A file of web/app, compiled in (page_files.cmake).
struct PageFile {
  std::string_view name;  ///< "app.js"
  std::string_view content;
};

std::vector<PageFile> page_files();

}  // namespace tintype::gateway
