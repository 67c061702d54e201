#include "golden/pictures.h"

#include <algorithm>
#include <cmath>

namespace calotype::drawn {
namespace {

std::uint8_t channel(double value) { return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0))); }

Colour between(Colour a, Colour b, double part) {
  const auto mix = [part](std::uint8_t from, std::uint8_t to) { return channel(from + (to - from) * part); };
  return {.red = mix(a.red, b.red),
          .green = mix(a.green, b.green),
          .blue = mix(a.blue, b.blue),
          .alpha = mix(a.alpha, b.alpha)};
}

/// How much of a pixel is inside, by its distance to an outline (negative: inside).
double inside(double distance) { return std::clamp(0.5 - distance, 0.0, 1.0); }

/// -1..1, without pattern but always the same.
double speckle(int x, int y) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 374761393U + static_cast<std::uint32_t>(y) * 668265263U;
  h = (h ^ (h >> 13)) * 1274126177U;
  return static_cast<double>((h ^ (h >> 16)) & 0xFFFF) / 32767.5 - 1;
}

Colour scene_at(double x, double y, int px, int py) {
  const Colour sky_top{.red = 70, .green = 130, .blue = 210};
  const Colour sky_low{.red = 225, .green = 235, .blue = 245};
  Colour colour = between(sky_top, sky_low, y / 0.6);
  const double sun = std::hypot(x - 1.1, y - 0.22);
  colour = between(colour, {.red = 255, .green = 225, .blue = 120}, inside((sun - 0.12) * 200));

  const double far_hill = 0.55 + 0.07 * std::sin(x * 5);
  colour = between(colour, {.red = 95, .green = 120, .blue = 140}, inside((far_hill - y) * 300));
  const double meadow = 0.68 + 0.04 * std::sin(x * 3 + 1);
  const double grass = 14 * speckle(px, py);
  const Colour green{.red = channel(80 + grass), .green = channel(140 + grass), .blue = channel(60 + grass)};
  colour = between(colour, green, inside((meadow - y) * 300));

  const double trunk = std::max(std::abs(x - 0.35) - 0.018, std::abs(y - 0.68) - 0.12);
  colour = between(colour, {.red = 95, .green = 65, .blue = 40}, inside(trunk * 300));
  const double crown = std::hypot(x - 0.35, y - 0.48) - 0.13;
  const double leaf = 25 * speckle(px * 3, py * 3);
  colour = between(colour, {.red = channel(40 + leaf), .green = channel(95 + leaf), .blue = channel(45 + leaf)},
                   inside(crown * 300));

  const double post = std::max(std::abs(std::fmod(x, 0.1) - 0.05) - 0.008, std::abs(y - 0.85) - 0.07);
  const double rail = std::abs(y - 0.83) - 0.01;
  return between(colour, {.red = 245, .green = 240, .blue = 230}, inside(std::min(post, rail) * 300));
}

}  // namespace

Picture::Picture(Size of, Colour fill) : size(of), pixels(static_cast<std::size_t>(of.pixels()) * 4) {
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) set(x, y, fill);
  }
}

Colour Picture::at(int x, int y) const {
  const auto i = (static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)) * 4;
  return {.red = pixels[i], .green = pixels[i + 1], .blue = pixels[i + 2], .alpha = pixels[i + 3]};
}

void Picture::set(int x, int y, Colour colour) {
  const auto i = (static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)) * 4;
  pixels[i] = colour.red;
  pixels[i + 1] = colour.green;
  pixels[i + 2] = colour.blue;
  pixels[i + 3] = colour.alpha;
}

Picture gradient(Size size) {
  Picture picture(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      picture.set(x, y,
                  {.red = channel(255.0 * x / std::max(1, size.width - 1)),
                   .green = channel(255.0 * y / std::max(1, size.height - 1)),
                   .blue = 90});
    }
  }
  return picture;
}

Picture quarters(Size size) {
  Picture picture(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const bool is_left = x * 2 < size.width;
      const bool is_top = y * 2 < size.height;
      Colour colour =
          is_top
              ? (is_left ? Colour{.red = 220, .green = 30, .blue = 30} : Colour{.red = 30, .green = 180, .blue = 40})
              : (is_left ? Colour{.red = 30, .green = 50, .blue = 210} : Colour{.red = 240, .green = 220, .blue = 40});
      if (x * 12 < size.width && y * 12 < size.height) colour = kWhite;
      picture.set(x, y, colour);
    }
  }
  return picture;
}

Picture landscape(Size size) {
  Picture picture(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      picture.set(x, y, scene_at((x + 0.5) / size.height, (y + 0.5) / size.height, x, y));
    }
  }
  return picture;
}

Picture checkerboard(Size size, int cell) {
  Picture picture(size, kWhite);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      if ((x / cell + y / cell) % 2 == 0) picture.set(x, y, {});
    }
  }
  return picture;
}

Picture badge(Size size) {
  Picture picture(size);
  const double unit = std::min(size.width, size.height);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double dx = (x + 0.5 - size.width / 2.0) / unit;
      const double dy = (y + 0.5 - size.height / 2.0) / unit;
      const double ring = (std::abs(std::hypot(dx, dy) - 0.38) - 0.1) * unit;
      const double bar = std::max(std::abs(dx) - 0.3, std::abs(dy) - 0.08) * unit;
      Colour colour{.red = 245, .green = 130, .blue = 20, .alpha = channel(255 * inside(ring))};
      if (bar < 0) colour = kWhite;
      picture.set(x, y, colour);
    }
  }
  return picture;
}

Picture block(Size size, Colour field, Box box, Colour within) {
  Picture picture(size, field);
  for (int y = box.top; y < box.top + box.height; ++y) {
    for (int x = box.left; x < box.left + box.width; ++x) picture.set(x, y, within);
  }
  return picture;
}

}  // namespace calotype::drawn
