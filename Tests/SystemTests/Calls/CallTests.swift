import Testing

extension SystemTests {
    /// What is left of calls that go wrong, held against what was said and heard. One suite, so that other tests do not have
    /// the calls beside them that go on meanwhile.
    @Suite struct CallTests {}
}
