using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentChain.Remote;

/// <summary>A text that an answer can do without: something else in its place is passed over.</summary>
sealed class WireText : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return WirePiece.Text(ref reader);
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
