using System.Text.Json.Nodes;

namespace Backsnap.Sandbox.Store;

/// <summary>One thing that is wrong with one field; the reason and message are the API's words.</summary>
internal sealed record FieldError(string Reason, string Message, string Field)
{
    public static FieldError Required(string field, string detail = "") =>
        new("FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}", field);

    public static FieldError Invalid(string field, string value, string detail) => new("FieldValueInvalid", $"Invalid value: {value}: {detail}", field);

    public static FieldError WrongType(string field, string value, string detail) => new("FieldValueTypeInvalid", $"Invalid value: {value}: {detail}", field);

    public static FieldError NotSupported(string field, string value, IEnumerable<string> supported) =>
        new("FieldValueNotSupported", $"Unsupported value: {value}: supported values: {string.Join(", ", supported)}", field);

    public static FieldError Forbidden(string field, string detail) => new("FieldValueForbidden", $"Forbidden: {detail}", field);

    /// <summary>The cause within a Status.</summary>
    public JsonObject ToCause() => new() { ["reason"] = Reason, ["message"] = Message, ["field"] = Field };
}

/// <summary>A refusal as the API words it: the HTTP code, the stable reason, the sentence, and the details.</summary>
internal sealed record ApiError(int Code, string Reason, string Message, JsonObject? Details = null)
{
    public static ApiError NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.Key} \"{name}\" not found", DetailsOf(type, name, type.Plural));

    public static ApiError AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.Key} \"{name}\" already exists", DetailsOf(type, name, type.Plural));

    public static ApiError Modified(ResourceType type, string name) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {type.Key} \"{name}\": the object has been modified; please apply your changes to the latest version and try again",
        DetailsOf(type, name, type.Plural));

    /// <summary>Another object has the name: the caller meant the one with uid <paramref name="wanted"/>.</summary>
    public static ApiError OtherUid(ResourceType type, string name, string wanted, string actual) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {type.Key} \"{name}\": Precondition failed: UID in precondition: {wanted}, UID in object meta: {actual}",
        DetailsOf(type, name, type.Plural));

    /// <summary>A delete's precondition on the uid; the API names the kind here where it names the resource elsewhere.</summary>
    public static ApiError DeleteOtherUid(ResourceType type, string name, string wanted, string actual) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {type.KindKey} \"{name}\": the UID in the precondition ({wanted}) does not match the UID in record ({actual}). "
        + "The object might have been deleted and then recreated",
        DetailsOf(type, name, type.Kind));

    public static ApiError DeleteOtherVersion(ResourceType type, string name, string wanted, string actual) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {type.KindKey} \"{name}\": the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({actual}). "
        + "The object might have been modified",
        DetailsOf(type, name, type.Kind));

    public static ApiError Invalid(ResourceType type, string name, IReadOnlyList<FieldError> errors)
    {
        var sentences = errors.Select(error => $"{error.Field}: {error.Message}").Distinct().ToArray();
        var details = DetailsOf(type, name, type.Kind);
        details["causes"] = new JsonArray([.. errors.Select(JsonNode (error) => error.ToCause())]);
        return new(
            422,
            "Invalid",
            $"{type.KindKey} \"{name}\" is invalid: {(sentences.Length == 1 ? sentences[0] : $"[{string.Join(", ", sentences)}]")}",
            details);
    }

    public static ApiError NamespaceTerminating(ResourceType type, string name, string ns)
    {
        var details = DetailsOf(type, name, type.Plural);
        details["causes"] = new JsonArray(
            new FieldError("NamespaceTerminating", $"namespace {ns} is being terminated", "metadata.namespace").ToCause());
        return new(
            403,
            "Forbidden",
            $"{type.Key} \"{name}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated",
            details);
    }

    public static ApiError BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiError Expired(long asked, long oldest) => new(410, "Expired", $"too old resource version: {asked} ({oldest})");

    /// <summary>The Status object that the API sends.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = Reason,
        };
        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }

    private static JsonObject DetailsOf(ResourceType type, string name, string kind)
    {
        var details = new JsonObject { ["name"] = name };
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        details["kind"] = kind;
        return details;
    }
}
