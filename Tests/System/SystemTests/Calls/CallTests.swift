import Testing

extension SystemTests {
    /// The records of calls in which something goes wrong, compared with what was said and heard. One suite, so that no
    /// other tests run while its calls are in progress.
    @Suite struct CallTests {}
}
