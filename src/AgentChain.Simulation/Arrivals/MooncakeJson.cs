using System.Text.Json.Serialization;

namespace AgentChain.Simulation;

[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
[JsonSerializable(typeof(MooncakeRow))]
sealed partial class MooncakeJson : JsonSerializerContext;
