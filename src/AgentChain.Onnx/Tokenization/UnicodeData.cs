using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Guards against a host in invariant globalisation mode, where <see cref="string.Normalize()"/> silently does nothing.</summary>
static class UnicodeData
{
    /// <summary>Fails unless the four normalisation forms work.</summary>
    /// <exception cref="PlatformNotSupportedException">They do not; the message says what to change.</exception>
    public static void EnsureNormalization() => Check(static (text, form) => text.Normalize(form));

    internal static void Check(Func<string, NormalizationForm, string> normalize)
    {
        bool works = normalize("e\u0301", NormalizationForm.FormC) == "\u00E9"
            && normalize("\u00E9", NormalizationForm.FormD) == "e\u0301"
            && normalize("\uFB01", NormalizationForm.FormKC) == "fi"
            && normalize("\uFB01\u00E9", NormalizationForm.FormKD) == "fie\u0301";
        if (!works)
        {
            throw new PlatformNotSupportedException(
                "Unicode normalisation does not work in this process, so a tokenizer would give wrong ids. Set InvariantGlobalization to "
                + "false and install ICU (on Debian the package libicu72 or later).");
        }
    }
}
