using System.Buffers.Binary;
using System.Text;
using AgentChain.Remote.Tensors;
using Google.Protobuf.Collections;

namespace AgentChain.Remote;

/// <summary>Reads the text of a response, and refuses what is none.</summary>
static class TextTensor
{
    const string Name = "text_output";

    /// <summary>Reads the text.</summary>
    /// <returns>The text; <see langword="null"/> if the response has no outputs.</returns>
    /// <exception cref="ServerException">The outputs are not those of a model that writes text.</exception>
    public static string? Read(string server, ModelInferResponse piece)
    {
        if (piece.Outputs.Count == 0)
        {
            return null;
        }

        int index = 0;
        while (piece.Outputs[index].Name != Name)
        {
            if (++index == piece.Outputs.Count)
            {
                string others = string.Join(", ", piece.Outputs.Take(8).Select(output => $"'{ServerErrors.Cut(output.Name, 100)}'"));
                throw ServerErrors.Tensors(server, $"no output is named '{Name}', but {others}");
            }
        }

        ModelInferResponse.Types.InferOutputTensor tensor = piece.Outputs[index];
        if (tensor.Datatype is not ("BYTES" or ""))
        {
            throw ServerErrors.Tensors(server, $"'{Name}' is of the type {ServerErrors.Cut(tensor.Datatype, 100)}, and not BYTES");
        }

        var text = new StringBuilder();
        int count = piece.RawOutputContents.Count == 0 ? Plain(tensor, text)
            : index < piece.RawOutputContents.Count ? Raw(server, piece.RawOutputContents[index].Span, text)
            : throw ServerErrors.Tensors(server, $"'{Name}' has no contents");
        return Holds(tensor.Shape, count) ? text.ToString()
            : throw ServerErrors.Tensors(
                server, OptionCheck.Text($"'{Name}' has the shape [{string.Join(", ", tensor.Shape.Take(8))}], but {OptionCheck.Count(count, "text")}"));
    }

    static int Plain(ModelInferResponse.Types.InferOutputTensor tensor, StringBuilder text)
    {
        foreach (Google.Protobuf.ByteString each in tensor.Contents?.BytesContents ?? [])
        {
            text.Append(each.ToStringUtf8());
        }

        return tensor.Contents?.BytesContents.Count ?? 0;
    }

    /// <summary>Reads texts that each follow their length.</summary>
    static int Raw(string server, ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        int count = 0;
        for (; bytes.Length > 0; count++)
        {
            uint length = bytes.Length < sizeof(int) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            if (length > bytes.Length - sizeof(int))
            {
                throw ServerErrors.Tensors(server, $"the contents of '{Name}' end within a text");
            }

            text.Append(Encoding.UTF8.GetString(bytes.Slice(sizeof(int), (int)length)));
            bytes = bytes[(sizeof(int) + (int)length)..];
        }

        return count;
    }

    /// <summary>Whether a shape, if there is one, has a number of elements.</summary>
    static bool Holds(RepeatedField<long> shape, int count)
    {
        Int128 product = 1;
        foreach (long length in shape)
        {
            product = length < 0 || product > int.MaxValue ? -1 : product * length;
        }

        return shape.Count == 0 || product == count;
    }
}
