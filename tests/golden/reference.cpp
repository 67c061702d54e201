#include "golden/reference.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

namespace calotype::reference {
namespace {

double lanczos(double x) {
  if (x == 0) return 1;
  if (std::abs(x) >= 3) return 0;
  const double pi_x = std::numbers::pi * x;
  return 3 * std::sin(pi_x) * std::sin(pi_x / 3) / (pi_x * pi_x);
}

/// One column of weights for each target sample, over source samples that may lie outside.
struct Window {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Window> windows(int from, int to) {
  const double step = static_cast<double>(from) / to;
  const double stretch = std::max(1.0, step);
  std::vector<Window> all(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    Window& window = all[static_cast<std::size_t>(i)];
    const double centre = (i + 0.5) * step;
    window.first = static_cast<int>(std::ceil(centre - 3 * stretch - 0.5));
    const int last = static_cast<int>(std::floor(centre + 3 * stretch - 0.5));
    double sum = 0;
    for (int k = window.first; k <= last; ++k) {
      const double weight = lanczos((k + 0.5 - centre) / stretch);
      window.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    for (float& weight : window.weights) weight = static_cast<float>(weight / sum);
  }
  return all;
}

const float* pixel(const Field& field, int x, int y) {
  return field.rgb.data() +
         (static_cast<std::size_t>(y) * static_cast<std::size_t>(field.size.width) + static_cast<std::size_t>(x)) * 3;
}

float* pixel(Field& field, int x, int y) { return const_cast<float*>(pixel(std::as_const(field), x, y)); }

Field scaled_across(const Field& field, int width) {
  Field out({.width = width, .height = field.size.height});
  const auto all = windows(field.size.width, width);
  for (int y = 0; y < out.size.height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Window& window = all[static_cast<std::size_t>(x)];
      float* into = pixel(out, x, y);
      for (std::size_t t = 0; t < window.weights.size(); ++t) {
        const float* from = pixel(field, std::clamp(window.first + static_cast<int>(t), 0, field.size.width - 1), y);
        for (int c = 0; c < 3; ++c) into[c] += window.weights[t] * from[c];
      }
    }
  }
  return out;
}

Field transposed(const Field& field) {
  Field out({.width = field.size.height, .height = field.size.width});
  for (int y = 0; y < field.size.height; ++y) {
    for (int x = 0; x < field.size.width; ++x) std::copy_n(pixel(field, x, y), 3, pixel(out, y, x));
  }
  return out;
}

std::vector<double> luma_of(const Field& field) {
  std::vector<double> luma(static_cast<std::size_t>(field.size.pixels()));
  for (std::size_t i = 0; i < luma.size(); ++i) {
    luma[i] = 0.299 * static_cast<double>(field.rgb[3 * i]) + 0.587 * static_cast<double>(field.rgb[3 * i + 1]) +
              0.114 * static_cast<double>(field.rgb[3 * i + 2]);
  }
  return luma;
}

/// Gaussian of 11 with sigma 1.5, where the window lies inside.
std::vector<double> smoothed(const std::vector<double>& values, Size size) {
  constexpr int kReach = 5;
  double window[2 * kReach + 1];
  double sum = 0;
  for (int i = -kReach; i <= kReach; ++i) sum += window[i + kReach] = std::exp(-i * i / (2 * 1.5 * 1.5));
  for (double& weight : window) weight /= sum;
  const int width = size.width - 2 * kReach;
  const int height = size.height - 2 * kReach;
  std::vector<double> across(static_cast<std::size_t>(width) * static_cast<std::size_t>(size.height));
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < width; ++x) {
      double value = 0;
      for (int t = 0; t <= 2 * kReach; ++t)
        value += window[t] * values[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
                                    static_cast<std::size_t>(x + t)];
      across[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = value;
    }
  }
  std::vector<double> out(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      double value = 0;
      for (int t = 0; t <= 2 * kReach; ++t)
        value +=
            window[t] *
            across[static_cast<std::size_t>(y + t) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
      out[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = value;
    }
  }
  return out;
}

std::vector<double> product(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out(a.size());
  std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::multiplies<>());
  return out;
}

}  // namespace

Field field_of(const std::uint8_t* rgb, Size size) {
  Field field(size);
  std::copy_n(rgb, field.rgb.size(), field.rgb.begin());
  return field;
}

Field cut(const Field& field, const Box& box) {
  Field out(box.size());
  for (int y = 0; y < box.height; ++y) {
    std::copy_n(pixel(field, box.left, box.top + y), static_cast<std::size_t>(box.width) * 3, pixel(out, 0, y));
  }
  return out;
}

Field scaled(const Field& field, Size size) {
  return transposed(scaled_across(transposed(scaled_across(field, size.width)), size.height));
}

Field oriented(const Field& field, int orientation) {
  const Field& from = field;
  const int width = from.size.width;
  const int height = from.size.height;
  Field out(orientation >= 5 ? Size{.width = height, .height = width} : from.size);
  for (int y = 0; y < out.size.height; ++y) {
    for (int x = 0; x < out.size.width; ++x) {
      const int u = orientation >= 5 ? y : x;
      const int v = orientation >= 5 ? x : y;
      const bool flips_across = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
      const bool flips_down = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
      std::copy_n(pixel(from, flips_across ? width - 1 - u : u, flips_down ? height - 1 - v : v), 3, pixel(out, x, y));
    }
  }
  return out;
}

double psnr(const Field& a, const Field& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) {
    const double difference = static_cast<double>(a.rgb[i]) - static_cast<double>(b.rgb[i]);
    sum += difference * difference;
  }
  return 10 * std::log10(255.0 * 255 / std::max(1e-9, sum / static_cast<double>(a.rgb.size())));
}

double ssim(const Field& a, const Field& b) {
  constexpr double kLuminance = 0.01 * 255 * 0.01 * 255;
  constexpr double kContrast = 0.03 * 255 * 0.03 * 255;
  const auto x = luma_of(a);
  const auto y = luma_of(b);
  const auto mean_x = smoothed(x, a.size);
  const auto mean_y = smoothed(y, a.size);
  const auto square_x = smoothed(product(x, x), a.size);
  const auto square_y = smoothed(product(y, y), a.size);
  const auto both = smoothed(product(x, y), a.size);
  double sum = 0;
  for (std::size_t i = 0; i < mean_x.size(); ++i) {
    const double mx = mean_x[i];
    const double my = mean_y[i];
    const double variance = square_x[i] - mx * mx + square_y[i] - my * my;
    sum += (2 * mx * my + kLuminance) * (2 * (both[i] - mx * my) + kContrast) /
           ((mx * mx + my * my + kLuminance) * (variance + kContrast));
  }
  return sum / static_cast<double>(mean_x.size());
}

}  // namespace calotype::reference
