#include <sysexits.h>

#include <cstdio>
#include <string>

#include "base/text.h"
#include "commands.h"
#include "gateway/api_key_authorizer.h"

namespace tintype {

int run_api_key(const std::string& owner) {
  const Secret key = gateway::make_api_key();
  const std::string digest = to_hex(as_bytes(gateway::api_key_digest(key.reveal())));
  // The key alone on standard output, for pipes into a secret's store; nothing else ever shows it.
  std::printf("%s\n", std::string(key.reveal()).c_str());
  std::fprintf(stderr,
               "Keep the key above: it is shown once. Of it the stack file has this:\n\n"
               "[[authorizer.NAME.key]]\nowner = \"%s\"\nkey_sha256 = \"%s\"\n",
               owner.c_str(), digest.c_str());
  return EX_OK;
}

}  // namespace tintype
