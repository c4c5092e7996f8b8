using System.Globalization;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// A model ran and returned numbers that mean nothing: NaN, infinity, or probabilities that are all zero. Nothing is made of them.
/// The message names the model, the output, the step and the value.
/// </summary>
public sealed class OnnxOutputException : OnnxModelException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="modelName">The model, as its messages name it: usually its file name.</param>
    /// <param name="outputName">The output that is meaningless.</param>
    /// <param name="step">Which of a sequence of results it was, from 0; <see langword="null"/> where the model returns one.</param>
    /// <param name="problem">What was found, such as <c>NaN</c>.</param>
    public OnnxOutputException(string modelName, string outputName, int? step, string problem)
        : base(Describe(modelName, outputName, step, problem)) =>
        (ModelName, OutputName, Step) = (modelName, outputName, step);

    /// <summary>The model.</summary>
    public string ModelName { get; }

    /// <summary>The output that is meaningless.</summary>
    public string OutputName { get; }

    /// <summary>
    /// Which of a sequence of results it was, from 0: the token of an answer, the frame of an utterance, the text of a batch;
    /// <see langword="null"/> where the model returns one.
    /// </summary>
    public int? Step { get; }

    /// <summary>What is wrong with the largest of a row of numbers, for messages.</summary>
    internal static string Problem(float largest) =>
        float.IsNaN(largest) ? "NaN" : largest > 0 ? "infinity" : "nothing but negative infinity";

    static string Describe(string model, string output, int? step, string problem)
    {
        string at = step is int number ? string.Create(CultureInfo.InvariantCulture, $" at step {number}") : "";
        return $"'{model}' returned {problem} in '{output}'{at}. The model file may be damaged, its number format too narrow (float16 "
            + "overflows at 65,504), or its input may hold such numbers: check them, or load the model in float32 or on another device.";
    }
}
