using System.Text.Json.Serialization;

namespace AgentChain.Costs;

/// <summary>How a file of learned costs is written: without reflection, so that it works in an AOT-compiled host.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SavedCosts))]
sealed partial class SavedCostsJson : JsonSerializerContext;
