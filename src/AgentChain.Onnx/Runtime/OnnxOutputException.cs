using System.Globalization;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// The exception that is thrown when a model returns invalid numbers: NaN, infinity, or probabilities that are all zero. No result is
/// derived from them. The message names the model, the output, the step and the value.
/// </summary>
public sealed class OnnxOutputException : OnnxModelException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="modelName">The name of the model in messages, usually its file name.</param>
    /// <param name="outputName">The name of the invalid output.</param>
    /// <param name="step">
    /// The zero-based position in a sequence of results; <see langword="null"/> if the model returns a single result.
    /// </param>
    /// <param name="problem">The invalid value, such as <c>NaN</c>.</param>
    public OnnxOutputException(string modelName, string outputName, int? step, string problem)
        : base(Describe(modelName, outputName, step, problem)) =>
        (ModelName, OutputName, Step) = (modelName, outputName, step);

    /// <summary>Gets the name of the model.</summary>
    public string ModelName { get; }

    /// <summary>Gets the name of the invalid output.</summary>
    public string OutputName { get; }

    /// <summary>
    /// Gets the zero-based position in a sequence of results (the token of an answer, the frame of an utterance, the text of a batch), or
    /// <see langword="null"/> if the model returns a single result.
    /// </summary>
    public int? Step { get; }

    /// <summary>Describes the problem with the largest number of a row, for messages.</summary>
    internal static string Problem(float largest) =>
        float.IsNaN(largest) ? "NaN" : largest > 0 ? "infinity" : "only negative infinity";

    static string Describe(string model, string output, int? step, string problem)
    {
        string at = step is int number ? string.Create(CultureInfo.InvariantCulture, $" at step {number}") : "";
        return $"'{model}' returned {problem} in '{output}'{at}. The model file may be damaged, its number format may be too narrow (float16 "
            + "overflows at 65,504), or its input may contain such values. Check them, use a float32 model, or load it onto another device.";
    }
}
