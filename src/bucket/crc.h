#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>

#include "base/text.h"

namespace tintype::bucket {

/// A reflected CRC whose register begins and ends inverted, as S3's three are. `polynomial` is
/// reflected, too. Eight bytes at a step, each with a table of its own (Kounavis and Berry 2005,
/// "slicing by 8"): several times what a table of one byte does. Little-endian machines only.
template <std::unsigned_integral Register, Register polynomial>
class Crc {
 public:
  void update(Bytes bytes) {
    Register crc = register_;
    std::size_t at = 0;
    for (; at + kSlices <= bytes.size(); at += kSlices) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at, sizeof word);
      word ^= crc;
      crc = 0;
      for (std::size_t i = 0; i < kSlices; ++i)
        crc ^= kTables[kSlices - 1 - i][(word >> (8 * i)) & 0xff];
    }
    for (; at < bytes.size(); ++at)
      crc = static_cast<Register>((crc >> 8) ^
                                  kTables[0][(crc ^ std::to_integer<Register>(bytes[at])) & 0xff]);
    register_ = crc;
  }
  Register value() const { return static_cast<Register>(~register_); }

 private:
  static_assert(std::endian::native == std::endian::little);
  static constexpr std::size_t kSlices = 8;
  using Tables = std::array<std::array<Register, 256>, kSlices>;

  static constexpr Tables make_tables() {
    Tables tables{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
      auto crc = static_cast<Register>(byte);
      for (int bit = 0; bit < 8; ++bit)
        crc = static_cast<Register>((crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0));
      tables[0][byte] = crc;
    }
    for (std::size_t slice = 1; slice < kSlices; ++slice)
      for (std::size_t byte = 0; byte < 256; ++byte) {
        const Register crc = tables[slice - 1][byte];
        tables[slice][byte] = static_cast<Register>((crc >> 8) ^ tables[0][crc & 0xff]);
      }
    return tables;
  }
  static constexpr Tables kTables = make_tables();

  Register register_ = static_cast<Register>(~Register{0});
};

using Crc32 = Crc<std::uint32_t, 0xedb88320U>;
using Crc32c = Crc<std::uint32_t, 0x82f63b78U>;               ///< RFC 3720, B.4.
using Crc64Nvme = Crc<std::uint64_t, 0x9a6c9329ac4bc9b5ULL>;  ///< NVM Express, CRC-64.

}  // namespace tintype::bucket
