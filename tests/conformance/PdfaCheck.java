// Reads paths of PDF files, one a line; answers a line each: "pass", or "fail" and the rules of PDF/A-2b that the file breaks.
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

public class PdfaCheck {
    private static final String PROFILE = "org/verapdf/pdfa/validation/PDFA-2B.xml";

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // whatever the engine itself prints is no answer
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        ValidationProfile profile;
        try (InputStream source = PdfaCheck.class.getClassLoader().getResourceAsStream(PROFILE)) {
            profile = Profiles.profileFromXml(source);
        }
        BufferedReader paths = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            answers.println(check(new File(path), profile).replaceAll("\\s+", " "));
            answers.flush();
        }
    }

    private static String check(File file, ValidationProfile profile) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, profile.getPDFAFlavour());
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            return result.isCompliant() ? "pass" : "fail " + broken(result);
        } catch (Exception problem) {
            return "fail unreadable: " + problem.getMessage();
        }
    }

    private static String broken(ValidationResult result) {
        StringBuilder text = new StringBuilder();
        for (TestAssertion one : result.getTestAssertions()) {
            text.append(one.getRuleId().getClause()).append('-').append(one.getRuleId().getTestNumber());
            text.append(": ").append(one.getMessage()).append(" | ");
        }
        return text.toString();
    }
}
