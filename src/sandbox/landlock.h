#pragma once

/// Landlock, by its system calls: Debian 12's C library has no names for them.
namespace calotype::sandbox {

/// The kernel's version of Landlock; 0: none.
int landlock_abi();

enum class Reach {
  read_system,  ///< read-only, and only the folders that hold libraries and system facts
  read_fewer,   ///< the same without what may hold secrets: of the settings only fonts', of the processes only this one
  read_fonts,   ///< read-only, and only fonts and where they are
  nothing,
};

/// Bounds this thread and those that it will start. A no-op without Landlock. Throws internal.
void restrict_files(Reach reach);

}  // namespace calotype::sandbox
