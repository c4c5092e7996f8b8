using System.Globalization;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Files;

/// <summary>Represents a line of a text file of a model.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">The number of the line, from 1.</param>
/// <param name="Text">The text without the line end.</param>
readonly record struct TextLine(ModelFile File, int Number, string Text)
{
    /// <summary>Creates an error about this line.</summary>
    /// <param name="problem">The rest of a sentence that begins with the file and the line.</param>
    /// <param name="inner">The cause, if any.</param>
    public OnnxModelException Wrong(string problem, Exception? inner = null) =>
        File.Error(string.Create(CultureInfo.InvariantCulture, $"line {Number}"), problem, inner);
}
