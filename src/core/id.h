#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace calotype {

/// 128 bits that name a thing (RFC 9562). Printed in lower case with dashes.
struct Uuid {
  std::array<std::uint8_t, 16> octets{};

  /// A fresh random one (version 4), from the system's generator.
  static Uuid random();
  /// nullopt unless the text is 36 characters of the canonical form, either case.
  static std::optional<Uuid> parse(std::string_view text);
  std::string text() const;

  auto operator<=>(const Uuid&) const = default;
};

/// A Uuid that cannot be passed for another kind's: Id<struct TenantTag> and Id<struct BucketTag> are unrelated types.
template <class Tag>
struct Id {
  Uuid uuid;

  static Id random() { return {Uuid::random()}; }
  static std::optional<Id> parse(std::string_view text) {
    const auto uuid = Uuid::parse(text);
    if (!uuid) return std::nullopt;
    return Id{*uuid};
  }
  std::string text() const { return uuid.text(); }

  auto operator<=>(const Id&) const = default;
};

}  // namespace calotype

template <>
struct std::hash<calotype::Uuid> {
  std::size_t operator()(const calotype::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    for (const auto octet : uuid.octets) value = value * 1099511628211U + octet;
    return value;
  }
};

template <class Tag>
struct std::hash<calotype::Id<Tag>> {
  std::size_t operator()(const calotype::Id<Tag>& id) const noexcept { return std::hash<calotype::Uuid>()(id.uuid); }
};
