#pragma once

#include <string>
#include <vector>

#include "engine/encode.h"
#include "engine/engine.h"
#include "engine/picture.h"
#include "golden/pictures.h"

/// What the engine's tests are made with: drawn pictures as files, plans by hand, and the pixels of what came out.
namespace calotype::engine::samples {

VImage image_of(const drawn::Picture& picture, bool has_alpha = false);
drawn::Picture picture_of(const VImage& image);

/// A file of the format. Lossless where the format can be; else at quality 95 with full chroma.
std::string file_of(const drawn::Picture& picture, ImageFormat format, bool has_alpha = false);
std::string animation_of(const std::vector<drawn::Picture>& frames, ImageFormat format, const std::vector<int>& delays,
                         int loop = 0);
/// A JPEG with an EXIF orientation whose stored pixels give `upright` when turned by it.
std::string oriented_jpeg(const drawn::Picture& upright, int orientation);

ImageInfo info_of(ImageFormat format, Size size, bool has_alpha = false);
/// Decodes, runs the steps, and writes lossless PNG.
Plan plan_of(const ImageInfo& info, std::vector<plan::Step> steps);
Input input_of(const std::string& file);

/// Renders to PNG and reads the pixels back.
drawn::Picture rendered(const std::string& file, Plan plan);
/// One step on a drawn picture, through a PNG that holds it exactly.
drawn::Picture after(const drawn::Picture& picture, const plan::Step& step, bool has_alpha = false);
/// Reads a file that the engine wrote.
VImage decoded(const std::string& file, ImageFormat format, int pages = 1);

/// The largest difference of any channel, alpha included where either is not opaque.
int largest_difference(const drawn::Picture& a, const drawn::Picture& b);
double mean_difference(const drawn::Picture& a, const drawn::Picture& b);
bool is_near(Colour a, Colour b, int tolerance);

}  // namespace calotype::engine::samples

namespace calotype {
/// For messages of failed tests.
void PrintTo(const Colour& colour, std::ostream* out);
void PrintTo(const Size& size, std::ostream* out);
void PrintTo(const Box& box, std::ostream* out);
}  // namespace calotype
