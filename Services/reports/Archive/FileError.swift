import Glibc

/// A failed operation on a file. Reads `errno`, so create it right after the call.
struct FileError: Error, Equatable, CustomStringConvertible {
    let step: String
    let code: Int32

    init(_ step: String, code: Int32 = errno) {
        self.step = step
        self.code = code
    }

    /// The disk is full or not writable at the moment: worth retrying for as long as it takes.
    var isShortOfSpace: Bool {
        [ENOSPC, EDQUOT, EROFS, EFBIG].contains(code)
    }

    var description: String {
        "cannot \(step): \(String(cString: strerror(code)))"
    }
}
