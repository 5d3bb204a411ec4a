#pragma once

namespace CLI {
class App;
}

namespace tintype {

/// `codecs`: name and version of each library that touches pixels, as JSON.
void add_codecs_command(CLI::App& app, int& exit_code);

}  // namespace tintype
