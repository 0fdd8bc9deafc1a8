namespace Throng.Measurement; internal static class Placeholder;
