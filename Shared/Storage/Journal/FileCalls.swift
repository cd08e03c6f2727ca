import Glibc

/// The two system calls whose failure decides what is promised: a full or a dying disk cannot be had for a test.
struct FileCalls: Sendable {
    var write: @Sendable (CInt, UnsafeRawPointer?, Int) -> Int
    var sync: @Sendable (CInt) -> CInt

    static let system = FileCalls(write: { Glibc.write($0, $1, $2) }, sync: { fdatasync($0) })
}
