/// `JSONValue` is part of what the domain's types hold, so a file that imports Domain has it without a second import.
@_exported public import JSON
