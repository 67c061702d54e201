#pragma once

#include <vector>

#include "objects/objects.h"
#include "ports/upload_index.h"

namespace calotype::objects {

inline constexpr int kMostParts = 10'000;

/// Objects that come in parts: in any order, each as often as it takes. A part is a blob with a row, so that it
/// outlives a restart; the object is made of them in one go. Thread: any.
class Uploads {
 public:
  Uploads(BlobStore& blobs, ObjectIndex& index, UploadIndex& uploads, ImageEngine& engine, Catalog& catalog,
          const Clock& clock, Options options)
      : blobs_(blobs),
        index_(index),
        uploads_(uploads),
        catalog_(catalog),
        clock_(clock),
        options_(options),
        intake_(blobs, engine, options.limits) {}

  /// Throws: unprocessable with pointers; conflict (the name is taken; code "too-many-uploads").
  Task<Upload> begin(Context ctx, Bucket bucket, PutAsk ask);
  /// Throws missing, also where the upload is another object's.
  Task<Upload> require(Context ctx, BucketId bucket, std::string name, std::string id);
  /// Durable when it returns. Throws: missing, unprocessable (the number), and as Intake::take_in.
  Task<UploadPart> put_part(Context ctx, Upload upload, int number, Announced announced, ByteStream stream);
  Task<std::vector<UploadPart>> parts(Context ctx, Upload upload);
  /// Makes the object; of one that was made already, gives it. Throws: missing, unprocessable (no parts, or not all of
  /// them: code "missing-parts"), and as Objects::put.
  Task<Object> complete(Context ctx, Bucket bucket, Upload upload);
  /// Throws missing where it is not under way.
  Task<> abort(Context ctx, Upload upload);

 private:
  Task<Taken> join(Context ctx, std::vector<UploadPart> parts);

  BlobStore& blobs_;
  ObjectIndex& index_;
  UploadIndex& uploads_;
  Catalog& catalog_;
  const Clock& clock_;
  Options options_;
  Intake intake_;
};

}  // namespace calotype::objects
