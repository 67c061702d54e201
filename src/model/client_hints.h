#pragma once

#include <optional>

namespace calotype {

/// What a client tells of its screen and its wishes beside the formats that it takes (client hints).
struct ClientHints {
  bool saves_data = false;              ///< Save-Data: on
  std::optional<double> dpr{};          ///< Sec-CH-DPR: device pixels for a CSS pixel
  std::optional<int> width{};           ///< Sec-CH-Width: of the picture as it is laid out, in device pixels
  std::optional<int> viewport_width{};  ///< Sec-CH-Viewport-Width, in CSS pixels
  bool operator==(const ClientHints&) const = default;
};

}  // namespace calotype
