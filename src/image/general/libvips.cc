#include "image/general/libvips.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <glib.h>
#include <gmodule.h>
#include <vips/vips8>

#include <vips/vector.h>  // Needs what comes before.

#include <cstdlib>
#include <filesystem>

namespace tintype::image {
namespace {

/// The classes behind the loaders that load.cc calls. All others are blocked, so that not even a
/// mistake of ours lets a file reach ImageMagick's.
constexpr const char* kLoaderClasses[] = {
    "VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer",  "VipsForeignLoadNsgifBuffer",
    "VipsForeignLoadWebpBuffer", "VipsForeignLoadHeifBuffer", "VipsForeignLoadTiffBuffer",
    "VipsForeignLoadJxlBuffer",  "VipsForeignLoadSvgBuffer",
};

/// Where Debian's libvips keeps the codecs that are plugins: beside the library.
std::filesystem::path module_folder() {
  Dl_info library{};
  if (dladdr(reinterpret_cast<const void*>(&vips_init), &library) == 0) return {};
  return std::filesystem::path(library.dli_fname).parent_path() /
         fmt::format("vips-modules-{}.{}", vips_version(0), vips_version(1));
}

/// Makes sure that the loader named `operation` is there, from the plugin if it is not built in.
Status load_plugin(const char* plugin, const char* operation) {
  if (vips_type_find("VipsOperation", operation) != 0) return {};
  const std::filesystem::path path = module_folder() / plugin;
  GModule* module = g_module_open(path.c_str(), G_MODULE_BIND_LOCAL);
  if (module == nullptr)
    return fail(ErrorCode::internal, fmt::format("load '{}': {}", path.string(), g_module_error()));
  g_module_make_resident(module);  // For as long as the process lives.
  return {};
}

/// What codecs print about hostile bytes is of no use in the log, and forged at will.
void discard(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}

}  // namespace

Status start_libvips() {
  g_log_set_default_handler(discard, nullptr);
  // vips_init() would load every plugin it finds: ImageMagick, Poppler and OpenSlide with some
  // eighty libraries, 100 ms and a great deal to attack. With its home elsewhere it finds none, and
  // the two that are wanted are loaded by name.
  ::setenv("VIPSHOME", "/nonexistent", 1);
  // Orc compiles machine code while it runs, and in the jail no memory can become executable. Some
  // classes of libvips 8.14 (abs, which a smart crop uses) ask it to without looking at
  // vips_vector_set_enabled; told to emulate, it compiles nothing and libvips takes its own C.
  ::setenv("ORC_CODE", "emulate", 1);
  if (vips_init("tintype") != 0)
    return fail(ErrorCode::internal, fmt::format("start libvips: {}", vips_error_buffer()));
  ::unsetenv("VIPSHOME");
  TRY(load_plugin("vips-heif.so", "heifload_buffer"));
  TRY(load_plugin("vips-jxl.so", "jxlload_buffer"));

  vips_concurrency_set(1);  // One worker per core is concurrency enough.
  vips_cache_set_max(0);    // No job sees anything of another one.
  vips_vector_set_enabled(FALSE);

  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* name : kLoaderClasses) {
    if (vips_type_find("VipsOperation", name) == 0)
      return fail(ErrorCode::internal, fmt::format("this libvips has no {}", name));
    vips_operation_block_set(name, FALSE);
  }
  return {};
}

}  // namespace tintype::image
