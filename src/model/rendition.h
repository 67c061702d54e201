#pragma once

#include "core/bytes.h"
#include "core/digest.h"
#include "model/image_info.h"

namespace calotype {

/// Names one rendition for ever: content, canonical rule with its parameters, marks, format and engine epoch, hashed.
/// The strong ETag is its hexadecimal form.
using RenditionKey = Digest;

/// A finished picture.
struct Rendition {
  Bytes body;
  ImageFormat format = ImageFormat::jpg;
  Size size;
  int frames = 1;
};

}  // namespace calotype
