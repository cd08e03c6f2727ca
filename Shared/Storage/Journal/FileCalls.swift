import Glibc

/// The two system calls whose failure decides what the journal can promise. Tests replace them to simulate a full or
/// failing disk.
struct FileCalls: Sendable {
    var write: @Sendable (CInt, UnsafeRawPointer?, Int) -> Int
    var sync: @Sendable (CInt) -> CInt

    static let system = FileCalls(write: { Glibc.write($0, $1, $2) }, sync: { fdatasync($0) })
}
