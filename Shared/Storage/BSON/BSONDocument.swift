/// Keys and values in their order. Commands and queries are written as literals of it; values from outside enter them as
/// strings, numbers and dates only, never as documents.
struct BSONDocument: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    struct Element: Hashable, Sendable {
        var key: String
        var value: BSONValue
    }

    var elements: [Element] = []

    init() {}

    init(_ elements: [(String, BSONValue)]) {
        self.elements = elements.map { Element(key: $0.0, value: $0.1) }
    }

    init(dictionaryLiteral elements: (String, BSONValue)...) {
        self.init(elements)
    }

    /// The last one where a hostile writer put the key twice.
    subscript(key: String) -> BSONValue? {
        get { elements.last { $0.key == key }?.value }
        set {
            if let newValue, let index = elements.lastIndex(where: { $0.key == key }) {
                elements[index].value = newValue
            } else {
                elements.removeAll { $0.key == key }
                if let newValue { elements.append(Element(key: key, value: newValue)) }
            }
        }
    }

    /// The same with those keys of `defaults` that are missing, in nested documents too.
    ///
    /// - Parameter opaque: keys whose documents are left as they are.
    func completed(with defaults: BSONDocument, except opaque: Set<String> = []) -> BSONDocument {
        var complete = self
        for element in defaults.elements {
            guard let own = self[element.key] else {
                complete.elements.append(element)
                continue
            }
            guard !opaque.contains(element.key), case .document(let inner) = own,
                case .document(let innerDefaults) = element.value
            else { continue }
            complete[element.key] = .document(inner.completed(with: innerDefaults))
        }
        return complete
    }
}
